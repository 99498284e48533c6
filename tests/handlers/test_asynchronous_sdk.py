"""The asynchronous SDK: the same calls, entered and awaited."""

from __future__ import annotations

from .programs import analyse, calls


def test_clients_and_resources_of_aioboto3() -> None:
    program = """
    import aioboto3, asyncio
    session = aioboto3.Session()
    async def main():
        async with session.client("s3") as s3:
            await s3.put_object(Bucket="b", Key="k")
        async with session.resource("dynamodb") as dynamodb:
            table = await dynamodb.Table("t")
            await table.put_item(Item={})
    def handler(event, context):
        return asyncio.run(main())
    """
    assert calls(program) == ["s3.put_object(Bucket=b, Key=k)", "dynamodb.put_item(Item={}, TableName=t)"]
    assert analyse(program).needs_openness is None


def test_clients_and_paginators_of_aiobotocore() -> None:
    program = """
    import asyncio
    from aiobotocore.session import get_session
    async def main():
        async with get_session().create_client("sqs", region_name="eu-west-1") as client:
            await client.send_message(QueueUrl="u", MessageBody="x")
            async for page in client.get_paginator("list_queues").paginate():
                print(page["QueueUrls"])
    def handler(event, context):
        asyncio.get_event_loop().run_until_complete(main())
    """
    assert calls(program) == ["sqs.send_message(MessageBody=x, QueueUrl=u)", "sqs.list_queues()"]
