/** What the rehearsal agent does for one task of the sample repository's issue. */
export type Rehearsal = {
  /** As `sample/issue.md` has it. */
  readonly title: string;
  /** Existing files that it looks at first. */
  readonly reads: readonly string[];
  /** Files that it creates; their text is in `rehearsed/<folder>/`. */
  readonly writes: readonly string[];
  readonly try: Try;
  /** What it does instead as long as it knows of no failed check. */
  readonly firstTry?: Try;
};

/** One way to go about a task. */
export type Try = {
  /** Where beneath `rehearsed/` the texts are; a file that is in none of the first ones comes from the last. */
  readonly folders: readonly string[];
  readonly runsTests: boolean;
  /** The commit's subject; null leaves the work uncommitted, as agents at times do. */
  readonly commit: string | null;
  /** Its last words. */
  readonly claim: string;
};

const rehearsals: readonly Rehearsal[] = [
  {
    title: 'Add the cart data model',
    reads: ['README.md', 'src/catalogue.js'],
    writes: ['src/models/cart.js', 'test/models/cart.test.js'],
    try: {
      folders: ['cart-model'],
      runsTests: true,
      commit: 'Add the cart data model',
      claim: 'The cart data model is in src/models/cart.js, and npm test passes.',
    },
  },
  {
    title: 'Add the cart API endpoints',
    reads: ['src/router.js', 'src/api/catalogue.js'],
    writes: ['src/api/cart.js', 'test/api/cart.test.js'],
    try: {
      folders: ['cart-api'],
      runsTests: true,
      commit: 'Add up the quantities of a product that is added twice',
      claim: 'A product that is added twice now has one line, and npm test passes.',
    },
    // A mistake that its own test catches: a product that is added twice gets two lines. Nobody ran the test.
    firstTry: {
      folders: ['cart-api-first-try', 'cart-api'],
      runsTests: false,
      commit: 'Add the cart API endpoints',
      claim: 'The cart endpoints are in src/api/cart.js, with tests. Everything works.',
    },
  },
  {
    title: 'Add the cart UI',
    reads: ['src/html.js', 'src/ui/catalogue.js'],
    writes: ['src/ui/cart.js', 'test/ui/cart.test.js'],
    try: {
      folders: ['cart-ui'],
      runsTests: false,
      commit: 'Render the cart as an HTML table',
      claim: 'src/ui/cart.js renders the cart, with tests.',
    },
  },
  {
    title: 'Add the cart persistence layer',
    reads: ['README.md', 'package.json'],
    writes: ['src/db/cart-store.js', 'test/db/cart-store.test.js'],
    try: {
      folders: ['cart-store'],
      runsTests: true,
      commit: 'Keep carts as JSON files',
      claim: 'src/db/cart-store.js saves and loads carts, and npm test passes.',
    },
  },
  {
    title: 'Document the cart',
    reads: ['README.md', 'src/catalogue.js', 'src/money.js'],
    writes: ['docs/cart.md', 'examples/cart-total.js', 'test/examples/cart-total.test.js'],
    try: {
      folders: ['cart-docs'],
      runsTests: false,
      commit: null,
      claim: 'docs/cart.md describes the cart; the example next to it is tested.',
    },
  },
];

/** The rehearsal of the task that a prompt is about: by its `# Task:` line, otherwise by the first line that has a title. */
export function findRehearsal(prompt: string): Rehearsal | null {
  const heading = /^#+[ \t]*Task:(.*)$/imu.exec(prompt)?.[1];
  for (const line of [heading ?? '', ...prompt.split('\n')]) {
    const found = rehearsals.find(({ title }) => plain(line).includes(plain(title)));
    if (found !== undefined) return found;
  }
  return null;
}

/** Whether a prompt has a section about a check that failed. */
export function isAboutFailedCheck(prompt: string): boolean {
  return /^#+.*\bcheck failed\b/imu.test(prompt);
}

function plain(text: string): string {
  return ` ${text.toLowerCase().replaceAll(/[^a-z0-9]+/gu, ' ')} `;
}
