/**
 * Which environment names hold secrets, tied to `daonetes.spec.v1`. Only values are protected: a name that ends in
 * `_FILE` or `_PATH` holds a path (so does `PWD`), and a switch (`true`, `no`, `1`) is no secret whatever its name.
 */
const SECRET_WORDS = /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL)/;
const SECRET_ENDINGS = /(?:^|_)(?:KEY|DSN|PASS|AUTH|SALT|APIKEY|PRIVATEKEY)$|_PWD$/;
const NOT_SECRET = /(?:_FILE|_PATH|_DIR|_URL_PREFIX|_LENGTH|_TTL|_EXPIRY|_EXPIRATION|_ALGORITHM|_HEADER|PUBLIC_KEY)$/;
const SWITCH = /^(?:|true|false|yes|no|on|off|0|1|none|null|enabled|disabled)$/i;
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*:([^\s/?#@]+)@/i;
const URL_INSIDE = /[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/?#:@"']*:[^\s/?#@"']+@/i;

export function isSecretName(name: string): boolean {
  const upper = name.toUpperCase().replaceAll(/[.-]/g, "_");
  if (NOT_SECRET.test(upper)) return false;
  return SECRET_WORDS.test(upper) || SECRET_ENDINGS.test(upper);
}

/** True for values that protect nothing: empty text and switches. */
export function isHarmless(value: string): boolean {
  return SWITCH.test(value);
}

/** An address with a password in it, as a whole or inside a longer text. */
export function hasUrlPassword(value: string): boolean {
  return URL_WITH_PASSWORD.test(value) || URL_INSIDE.test(value);
}

/** The password in an address, as it is meant: escapes of the address undone. */
export function passwordOf(value: string): string | undefined {
  const text = URL_WITH_PASSWORD.exec(value)?.[1];
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
