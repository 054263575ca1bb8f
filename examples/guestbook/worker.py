"""The worker of the guestbook: takes what visitors wrote, numbers it, and puts it into the book."""

import os
import time

import redis

store = redis.Redis(os.environ.get("REDIS_HOST", "redis"), socket_timeout=10, decode_responses=True)

while True:
    try:
        # An entry stays in `signing` until it is in the book: a worker that dies loses none.
        entry = store.lindex("signing", 0) or store.blmove("incoming", "signing", 5, "RIGHT", "LEFT")
        if entry is None:
            continue
        number = int(store.get("signed") or 0) + 1
        book = store.pipeline(transaction=True)
        book.set("signed", number)
        book.lpush("entries", f"{number}. {entry}")
        book.ltrim("entries", 0, 999)
        book.lpop("signing")
        book.execute()
    except redis.RedisError as error:
        print(f"redis: {error}; trying again", flush=True)
        time.sleep(1)
