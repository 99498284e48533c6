stage = "prod"

secret = "hush"

queues = {
  a = {}
  b = { delay = "7", fifo = "true", tags = { n = 1 } }
  c = { policy = { name = "dead" } }
}

numbers = [1, 2, true]

unique = ["z", "a", "z"]

pair = [1, "2"]

dropped = { kept = 1, other = 2 }
