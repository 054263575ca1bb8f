import test from "ava";
import { Application, buildServers, type Images } from "../parts/applications.ts";
import { ask, daonetes } from "../parts/cli.ts";
import { leftovers } from "../parts/engine.ts";

/** Applications of `testdata/compose/apps`, written as well-known projects publish theirs, and what their images are here. */
const HEALTHY: Record<string, Images> = {
  "django-celery": { "example/web:1.4.0": { needs: "db:5432 redis:6379", ports: "8000" }, "postgres:15": "postgres", "redis:7": "redis" },
  gitea: { "gitea/gitea:1.22": { needs: "db:5432", data: "/data", files: "/etc/localtime", ports: "3000" }, "postgres:14": "postgres" },
  umami: { "ghcr.io/umami-software/umami:postgresql-latest": { needs: "db:5432", ports: "3000" }, "postgres:15-alpine": "postgres" },
  miniflux: { "${MINIFLUX_IMAGE:-miniflux/miniflux:latest}": { needs: "db:5432", ports: "8080" }, "postgres:17-alpine": "postgres" },
  n8n: { "postgres:16": "postgres", "redis:6-alpine": "redis", "docker.n8n.io/n8nio/n8n": { needs: "redis:6379 postgres:5432", data: "/home/node/.n8n", ports: "5678" } },
  paperless: {
    "docker.io/library/redis:7": "redis",
    "docker.io/library/postgres:16": "postgres",
    "ghcr.io/paperless-ngx/paperless-ngx:latest": { needs: "broker:6379 db:5432 gotenberg:3000 tika:9998", data: "/usr/src/paperless/export /usr/src/paperless/consume /usr/src/paperless/data", ports: "8000" },
    "docker.io/gotenberg/gotenberg:8": { ports: "3000" },
    "docker.io/apache/tika:latest": { ports: "9998" },
  },
  wordpress: { "mariadb:10.6.4-focal": "mariadb", "wordpress:latest": { needs: "db:3306", ports: "80" } },
  nextcloud: { "mariadb:10.11": "mariadb", "redis:7-alpine": "redis", "nextcloud:29-apache": { needs: "db:3306 redis:6379", files: "/usr/local/etc/php/conf.d/zz-opcache.ini", data: "/var/www/html", ports: "80" } },
  "nginx-php": { "nginx:latest": "nginx", "php:7-fpm": { files: "/code/index.php", ports: "9000" } },
  "configs-inline": { "nginx:1.27": "nginx", "traefik/whoami": { ports: "8000" } },
  vaultwarden: { "vaultwarden/server:latest": { data: "/data", ports: "80" }, "caddy:2": { needs: "vaultwarden:80", files: "/etc/caddy/Caddyfile", data: "/config /data", ports: "80 443" } },
  "traefik-app": { "traefik/whoami": { ports: "80" } },
  authelia: { "authelia/authelia": { needs: "redis:6379", files: "/config/configuration.yml", ports: "9091" }, "redis:alpine": "redis" },
  minio: { "quay.io/minio/minio:RELEASE.2024-08-03T04-33-23Z": { data: "/data1 /data2", ports: "9000 9001" }, "nginx:1.19.2-alpine": "nginx" },
  keycloak: { postgres: "postgres", "quay.io/keycloak/keycloak:25.0": { needs: "postgres:5432", files: "/opt/keycloak/data/import/realm.json", ports: "8080" } },
  kafka: {
    "confluentinc/cp-zookeeper:7.6.0": { ports: "2181" },
    "confluentinc/cp-server:7.6.0": { needs: "zookeeper:2181", data: "/var/lib/kafka/data", ports: "9092 29092" },
    "confluentinc/cp-enterprise-control-center:7.6.0": { needs: "broker:29092", ports: "9021" },
  },
  "grafana-loki": {
    "grafana/loki:3.0.0": { ports: "3100" },
    "grafana/promtail:3.0.0": { needs: "loki:3100", files: "/etc/promtail/config.yml", data: "/var/log" },
    "grafana/grafana:latest": { needs: "loki:3100", ports: "3000" },
  },
  "uptime-kuma": { "louislam/uptime-kuma:1": { data: "/app/data", ports: "3001" } },
};

/** Those that are refused, with the code and the way out. */
const REFUSED: Record<string, [code: string, help: RegExp]> = {
  "voting-app": ["DAO2206", /--push-to/],
  "nfs-volume": ["DAO2315", /driver_opts/],
  airflow: ["DAO2307", /x-daonetes|snapshot|volume/],
};

/** Of those that run, some of each shape on every change, all of them with APPLICATIONS=all: each takes a quarter to a half minute. */
const ON_EVERY_CHANGE = ["django-celery", "gitea", "n8n", "nextcloud", "authelia"];
const isWanted = (name: string): boolean => process.env["APPLICATIONS"] === "all" || ON_EVERY_CHANGE.includes(name);

test.serial.before("images from Debian packages are in the registry", async () => {
  await buildServers();
});

for (const [name, images] of Object.entries(HEALTHY)) {
  (isWanted(name) ? test.serial : test.serial.skip)(`the application ${name} runs unchanged, and leaves nothing behind`, async (t) => {
    const application = await Application.clone(name, images);
    t.teardown(() => application.remove());
    const answer = await application.up();
    const { items } = await ask<{ items: { service: string; state: string; reason: string | null; text: string }[] }>("ps", name).catch(() => ({ items: [] }));
    t.is(answer.exitCode, 0, `${answer.stdout}${answer.stderr}\n${JSON.stringify(items)}`);
    t.true(items.length > 0);
    for (const { service, state } of items) t.true(state === "HEALTHY" || state === "COMPLETED", `${service} ${state}`);
    const down = await daonetes(["down", name, "--volumes", "-y"]);
    t.is(down.exitCode, 0, down.stderr);
    t.deepEqual(await leftovers(`daonet-home-${name}`), []);
  });
}

for (const [name, [code, help]] of Object.entries(REFUSED)) {
  test.serial(`the application ${name} is refused with ${code} and a way out, and nothing is sent`, async (t) => {
    const application = await Application.clone(name, {});
    t.teardown(() => application.remove());
    const answer = await application.up();
    t.is(answer.exitCode, 2, answer.stdout + answer.stderr);
    t.regex(answer.stdout + answer.stderr, new RegExp(code));
    t.regex(answer.stdout + answer.stderr, help);
    t.not((await daonetes(["ps", name])).exitCode, 0);
  });
}
