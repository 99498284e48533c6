teams = {
  orders  = { size = 3, queues = ["main", "retry"] }
  billing = { size = 1 }
}
token = "not-a-real-token"
