/** What a room of `src/` may import besides itself. */
export type Room = {
  /** Rooms, or single files of them, which then are interfaces. */
  readonly rooms: readonly string[];
  /** Packages and modules of Node, as a prefix; left out: any. */
  readonly packages?: readonly string[];
  /** What the room is for, in the words of the complaint. */
  readonly because: string;
};

const base = ['model', 'files', 'process', 'coordination', 'git'];
const interfaces = ['agents/agent.ts', 'forge/forge.ts', 'journal/journal.ts'];
const tools = [...base, ...interfaces, 'workspace', 'verification', 'questions'];
const stages = [
  ...base,
  ...['intake', 'planning', 'reporting', 'verification', 'agents', 'evidence', 'forge', 'journal'],
  ...['workspace', 'questions', 'notify', 'telemetry'],
];
const stage = 'a stage imports the base layers; it declares the interface that it needs';

/** Every room, from the innermost: a room imports only what stands before it. */
export const rooms: Readonly<Record<string, Room>> = {
  model: { rooms: [], packages: [], because: 'the model is types and pure functions' },
  diagnosis: {
    rooms: ['model'],
    packages: [],
    because: 'a failure is classified from what its event holds, and from nothing else',
  },
  files: { rooms: ['model'], because: 'a base layer imports what is further in' },
  process: { rooms: ['model', 'files'], because: 'a base layer imports what is further in' },
  coordination: {
    rooms: ['model', 'files', 'process'],
    because: 'a base layer imports what is further in',
  },
  git: {
    rooms: ['model', 'files', 'process', 'coordination'],
    because: 'a base layer imports what is further in',
  },
  intake: {
    rooms: ['model'],
    packages: ['node:path', 'node:crypto', 'mdast', 'micromark'],
    because: 'reading an issue is pure: files, clock and network are handed in',
  },
  planning: {
    rooms: ['model'],
    packages: ['node:path', 'zod'],
    because: 'planning is pure: files, clock and network are handed in',
  },
  reporting: {
    rooms: ['model', 'diagnosis', 'files'],
    because: 'reports are functions of the model',
  },
  verification: { rooms: base, because: stage },
  agents: { rooms: base, because: stage },
  evidence: { rooms: base, because: stage },
  forge: { rooms: base, because: stage },
  journal: { rooms: base, because: stage },
  workspace: { rooms: base, because: stage },
  questions: { rooms: base, because: stage },
  demo: { rooms: base, because: stage },
  notify: { rooms: base, because: stage },
  telemetry: { rooms: base, because: stage },
  trial: {
    rooms: tools,
    because: 'a trial merge uses the tools of the stages, and knows no run',
  },
  services: {
    rooms: [...tools, 'diagnosis'],
    because: 'what a run is handed knows the interfaces of the stages, and no step of a run',
  },
  attempts: {
    rooms: [...tools, 'diagnosis', 'services'],
    because: 'an attempt knows nothing of the task life that it is part of',
  },
  radar: {
    rooms: [...tools, 'trial', 'services', 'attempts'],
    because: 'the radar looks at attempts, and steers no task',
  },
  orchestration: {
    rooms: [...tools, 'diagnosis', 'trial', 'services', 'attempts', 'radar'],
    because: 'a run knows nothing of its merging, nor of who shows it',
  },
  merging: {
    rooms: [...tools, 'trial', 'services', 'attempts', 'orchestration'],
    because: 'merging knows nothing of who asks for it',
  },
  app: {
    rooms: [...stages, 'diagnosis', 'services', 'attempts', 'radar', 'orchestration', 'merging'],
    because:
      'the application talks to its user through an interface, and parses and prints nothing',
  },
  dashboard: {
    rooms: [...base, 'app', 'diagnosis', 'journal', 'reporting'],
    because: 'the page is one more way to look at runs and to call commands, which are handed in',
  },
};
