"""Features of a function don't change what each other become: any combination is what the official transform makes of it."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from .test_transform import first_difference

CODE = {"Runtime": "python3.13", "Handler": "app.handler", "CodeUri": "s3://code/app.zip"}
ARN = "arn:aws:sqs:us-east-1:111122223333:elsewhere"

RESOURCES: dict[str, Any] = {
    "Queue": {"Type": "AWS::SQS::Queue"},
    "Topic": {"Type": "AWS::SNS::Topic"},
    "Bucket": {"Type": "AWS::S3::Bucket"},
    "Pool": {"Type": "AWS::Cognito::UserPool"},
    "Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}},
    "Table": {"Type": "AWS::Serverless::SimpleTable"},
    "Api": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "live", "Cors": "'*'"}},
    "Web": {"Type": "AWS::Serverless::HttpApi"},
}

FEATURES: dict[str, dict[str, Any]] = {
    "alias": {"AutoPublishAlias": "live"},
    "dead letters": {"DeadLetterQueue": {"Type": "SQS", "TargetArn": {"Fn::GetAtt": ["Queue", "Arn"]}}},
    "durable": {"DurableConfig": {"ExecutionTimeout": 60}},
    "environment": {"Environment": {"Variables": {"TABLE": {"Ref": "Table"}}}},
    "failures": {"EventInvokeConfig": {"DestinationConfig": {"OnFailure": {"Type": "SNS"}}}},
    "memory": {"MemorySize": 512},
    "network": {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}},
    "public": {"FunctionUrlConfig": {"AuthType": "NONE"}},
    "role": {"Role": "arn:aws:iam::111122223333:role/r"},
    "signed": {"FunctionUrlConfig": {"AuthType": "AWS_IAM"}},
    "successes": {"EventInvokeConfig": {"DestinationConfig": {"OnSuccess": {"Type": "SQS", "Destination": ARN}}}},
    "table": {"Policies": [{"DynamoDBCrudPolicy": {"TableName": {"Ref": "Table"}}}]},
    "tags": {"Tags": {"Team": "shop"}, "PropagateTags": True},
    "traces": {"Tracing": "Active"},
}

EVENTS: dict[str, dict[str, Any]] = {
    "All": {"Type": "HttpApi"},
    "Daily": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)", "DeadLetterConfig": {"Type": "SQS"}}},
    "Files": {"Type": "S3", "Properties": {"Bucket": {"Ref": "Bucket"}, "Events": "s3:ObjectCreated:*"}},
    "Get": {"Type": "Api", "Properties": {"Path": "/a/{id}", "Method": "get"}},
    "Hourly": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "rate(1 hour)"}},
    "News": {"Type": "SNS", "Properties": {"Topic": {"Ref": "Topic"}, "SqsSubscription": True}},
    "Own": {"Type": "Api", "Properties": {"Path": "/b", "Method": "any", "RestApiId": {"Ref": "Api"}}},
    "Records": {
        "Type": "Kinesis",
        "Properties": {
            "Stream": {"Fn::GetAtt": ["Stream", "Arn"]},
            "StartingPosition": "LATEST",
            "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": ARN}},
        },
    },
    "Route": {"Type": "HttpApi", "Properties": {"Path": "/c", "Method": "post", "ApiId": {"Ref": "Web"}}},
    "SignUp": {"Type": "Cognito", "Properties": {"UserPool": {"Ref": "Pool"}, "Trigger": "PreSignUp"}},
    "Work": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Queue", "Arn"]}}},
}


@st.composite
def systems(draw: st.DrawFn) -> dict[str, Any]:
    """Return a template with a function or two, under a condition or not, their code global or their own."""
    shares = draw(st.booleans())
    resources = copy.deepcopy(RESOURCES)
    taken: set[str] = set()
    for name in ("First", "Second")[: draw(st.integers(1, 2))]:
        properties: dict[str, Any] = {} if shares else dict(CODE)
        for feature in sorted(draw(st.sets(st.sampled_from(sorted(FEATURES)), max_size=6))):
            properties.update(copy.deepcopy(FEATURES[feature]))
        # A path, or a trigger of a pool, belongs to one function only.
        events = draw(st.sets(st.sampled_from(sorted(EVENTS)), max_size=5)) - taken
        taken |= events
        properties["Events"] = {event: copy.deepcopy(EVENTS[event]) for event in sorted(events)}
        resources[name] = {"Type": "AWS::Serverless::Function", "Properties": properties}
        condition = draw(st.sampled_from((None, "Prod", "Test")))
        if condition is not None:
            resources[name]["Condition"] = condition
    return {
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {
            "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
            "Test": {"Fn::Equals": [{"Ref": "Stage"}, "test"]},
        },
        **({"Globals": {"Function": dict(CODE)}} if shares else {}),
        "Resources": resources,
    }


@settings(max_examples=60, deadline=None, derandomize=True)
@given(systems())
def test_any_combination_is_what_the_transform_makes_of_it(template: dict[str, Any]) -> None:
    assert first_difference(template) is None
