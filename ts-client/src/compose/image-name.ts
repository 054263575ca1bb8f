/** The name as people write it: without `docker.io/library/`. */
export function familiarName(name: string): string {
  return name.replace(/^docker\.io\/(?:library\/)?/, "");
}
