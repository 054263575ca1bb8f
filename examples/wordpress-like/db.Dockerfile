ARG BASE=wordpress-like-postgres
FROM ${BASE}
RUN mkdir -p /var/lib/postgresql/data && chown 102:102 /var/lib/postgresql/data && chmod 700 /var/lib/postgresql/data
COPY start-db.sh /
CMD ["/bin/sh", "/start-db.sh"]
