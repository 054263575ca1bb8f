/** Forms of names and texts in a spec; author and device test the same ones. */
export const PROJECT_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/** Services, networks, volumes, configs, secrets. */
export const RESOURCE_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/;
export const ENVIRONMENT_NAME = /^[\x21-\x3c\x3e-\x7e][\x20-\x3c\x3e-\x7e]{0,254}$/;
export const LABEL_NAME = /^[\x21-\x7e][\x20-\x7e]{0,254}$/;
export const HOST_NAME =
  /^(?=.{1,63}$)[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?)*$/;
export const DOMAIN_NAME =
  /^(?=.{1,253}$)[a-zA-Z0-9_](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9_](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?)*\.?$/;
export const NETWORK_ALIAS = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,252}$/;
export const OF_SERVICE = /^service:[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/;
/** A path in the project; whether it leaves it is another question. */
export const PROJECT_PATH = /^(?!\/)[\x20-\x7e]{1,200}$/;
/** A device node, or the name of a CDI device. */
export const DEVICE = /^(?:\/dev\/[a-zA-Z0-9._+@-]+(?:\/[a-zA-Z0-9._+@:-]+)*|[a-z0-9.-]+\/[a-zA-Z0-9._-]+=[a-zA-Z0-9._:-]+)$/;
export const DEVICE_RULE = /^[abc] (?:\d{1,5}|\*):(?:\d{1,7}|\*) (?=[rwm])r?w?m?$/;
export const GPU_WORD = /^[a-zA-Z0-9._:-]{1,64}$/;
export const LOG_DRIVER = /^[a-z0-9][a-zA-Z0-9._/:-]{0,63}$/;
export const OPTION_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/;
export const RUNTIME = /^[a-zA-Z0-9][a-zA-Z0-9._/-]{0,63}$/;
export const SECURITY_OPTION = /^(?:apparmor|label|seccomp|systempaths|no-new-privileges|writable-cgroups)=[a-zA-Z0-9._:-]{1,100}$/;
export const CAPABILITY = /^[A-Z][A-Z_]{1,31}$/;
export const PLATFORM = /^[a-z0-9]{1,16}\/[a-z0-9_]{1,16}(?:\/[a-z0-9._]{1,16})?$/;
export const STOP_SIGNAL = /^(?:SIG[A-Z0-9+-]{2,12}|[1-9]\d?)$/;
export const CPU_SET = /^\d{1,4}(?:-\d{1,4})?(?:,\d{1,4}(?:-\d{1,4})?)*$/;
export const SYSCTL = /^[a-z0-9_]+(?:[./][a-zA-Z0-9_-]+)+$/;
export const ULIMIT =
  /^(?:as|core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)$/;
export const EXPOSED_PORT = /^([1-9]\d{0,4})\/(?:tcp|udp|sctp)$/;
export const USER = /^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}(?::[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127})?$/;
export const SHA256 = /^sha256:[0-9a-f]{64}$/;
export const IMAGE_TAG = /^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}$/;
const DOMAIN_PART = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const REGISTRY = `(?:localhost|${DOMAIN_PART}(?:\\.${DOMAIN_PART})+|${DOMAIN_PART}(?:\\.${DOMAIN_PART})*:\\d{1,5}|\\[[0-9a-fA-F:]+\\](?::\\d{1,5})?)`;
const PATH_PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
export const IMAGE_NAME = new RegExp(`^(?=.{1,255}$)${REGISTRY}(?:/${PATH_PART})+$`);
