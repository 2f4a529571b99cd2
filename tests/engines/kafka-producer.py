"""Appends events as the reference system's producers do, and prints where each went, one JSON object a line.

Arguments: bootstrap server, topic, number of events, "plain" (no key, no headers, as the reference system) or "keyed".
"""

import json
import random
import sys
import uuid

from kafka import KafkaProducer

server, topic, count, kind = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
draw = random.Random(7)
producer = KafkaProducer(bootstrap_servers=server, client_id=f"{topic}_client", acks="all", linger_ms=5)


def event(number: int) -> dict:
    """Key order and types of transaction_fraud_detection; names that are not ASCII, as some merchants have."""
    return {
        "transaction_id": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
        "user_id": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
        "timestamp": f"2026-01-02T03:04:05.{number:06d}+00:00",
        "amount": round(draw.uniform(5, 500), 2),
        "currency": "BRL",
        "merchant_id": f"merchant_{draw.randint(1, 200)}",
        "product_category": "café ☕" if number % 3 == 0 else "electronics",
        "location": {"lat": draw.randint(-(10**8), 10**8) / 1e6 / 2, "lon": draw.randint(-(10**8), 10**8) / 1e6},
        "account_age_days": draw.randint(0, 1825),
        "cvv_provided": draw.random() > 0.05,
        "is_fraud": int(draw.random() < 0.01),
    }


sent = []
for number in range(count):
    body = event(number)
    # json.dumps escapes and spaces; the other way of writing is the compact one.
    text = json.dumps(body) if number % 2 == 0 else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    value = text.encode()
    key = f"user {draw.randint(0, 99)} é".encode() if kind == "keyed" else None
    headers = [("traceparent", f"00-{number:032x}-{number:016x}-01".encode())] if kind == "keyed" else None
    future = producer.send(topic, value=value, key=key, headers=headers, timestamp_ms=1_700_000_000_000 + number)
    sent.append((future, key, value, headers))
producer.flush()
for future, key, value, headers in sent:
    metadata = future.get(timeout=30)
    print(
        json.dumps(
            {
                "place": f"{metadata.partition}:{metadata.offset}",
                "key": key.hex() if key is not None else None,
                "value": value.hex(),
                "headers": {name: content.decode() for name, content in headers or []},
                "timestamp": metadata.timestamp,
            }
        )
    )
producer.close()
