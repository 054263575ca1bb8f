/** One cycle of a graph as a closed path of names, or undefined. Edges to names that are no node are ignored. */
export function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  for (const start of edges.keys()) {
    const trail: { name: string; next: number }[] = done.has(start) ? [] : [{ name: start, next: 0 }];
    const open = new Set([start]);
    while (trail.length > 0) {
      const top = trail.at(-1)!;
      const to = edges.get(top.name)![top.next++];
      if (to === undefined) {
        done.add(top.name);
        open.delete(top.name);
        trail.pop();
      } else if (open.has(to)) {
        const path = trail.map(({ name }) => name);
        return [...path.slice(path.indexOf(to)), to];
      } else if (edges.has(to) && !done.has(to)) {
        open.add(to);
        trail.push({ name: to, next: 0 });
      }
    }
  }
  return undefined;
}
