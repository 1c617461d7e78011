import { fullName, type Label, type Repository, type World } from './world.ts';

/** The labels of these names; those that are missing are made, as GitHub does when an issue names them. */
export function ensureLabels(
  world: World,
  repository: Repository,
  names: readonly string[],
): Label[] {
  return [...new Set(names)].map(
    (name) =>
      repository.labels.get(name.toLowerCase()) ??
      addLabel(world, repository, { name, color: 'ededed', description: null }),
  );
}

/** Makes a label. */
export function addLabel(world: World, repository: Repository, params: Omit<Label, 'id'>): Label {
  const label = { id: world.nextId(), ...params };
  repository.labels.set(params.name.toLowerCase(), label);
  const about = { repository: fullName(repository), number: 0, detail: params.name };
  world.events.emit({ kind: 'label-created', ...about });
  return label;
}
