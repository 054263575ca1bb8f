import Docker from "dockerode";

export const docker = new Docker({ socketPath: "/var/run/docker.sock" });

export interface Instance {
  id: string;
  name: string;
  service: string;
  state: string;
  startedAt: string;
}

/** Containers of a deployment, from the Engine itself; one that goes away meanwhile is none. */
export async function instances(project: string): Promise<Instance[]> {
  const list = await docker.listContainers({ all: true, filters: { label: [`com.docker.compose.project=${project}`] } });
  const found = await Promise.all(list.map(async ({ Id }) => instance(Id)));
  return found.filter((one) => one !== undefined);
}

async function instance(id: string): Promise<Instance | undefined> {
  try {
    const detail = await docker.getContainer(id).inspect();
    return {
      id,
      name: detail.Name.replace(/^\//, ""),
      service: detail.Config.Labels["com.docker.compose.service"] ?? "",
      state: detail.State.Status,
      startedAt: detail.State.StartedAt,
    };
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** Removes everything that bears a project's name, whatever became of the test that made it. */
export async function removeProject(project: string): Promise<void> {
  const filters = { label: [`com.docker.compose.project=${project}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) await docker.getContainer(Id).remove({ force: true, v: true });
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
}

/** Everything that bears a project's name: containers, networks, volumes. */
export async function leftovers(project: string): Promise<string[]> {
  const filters = { label: [`com.docker.compose.project=${project}`] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [...containers.map(({ Names }) => Names.join()), ...networks.map(({ Name }) => Name), ...volumes.Volumes.map(({ Name }) => Name)];
}
