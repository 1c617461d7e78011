import { describe, expect, test } from 'vitest';
import { issueOf, makeWorld } from '../rig/world.ts';

/** A small shop with one commit and one test, as files of two languages. */
const shops: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'nothing but a README': {},
  'a small JavaScript shop': {
    'package.json': '{"type":"module","scripts":{"test":"node --test"}}\n',
    'models/user.js': 'export class User {}\n',
    'models/product.js': "import { slug } from '../utils/slug.js';\nexport class Product {}\n",
    'services/orders.js':
      "import { Product } from '../models/product.js';\nexport const orders = [];\n",
    'api/orders.js':
      "import { orders } from '../services/orders.js';\nexport const list = () => orders;\n",
    'utils/slug.js': 'export const slug = (text) => text;\n',
    'test/slug.test.js': "import { slug } from '../utils/slug.js';\nslug('');\n",
  },
  'a small Python shop': {
    'pyproject.toml': '[project]\nname = "shop"\n',
    '.gitignore': '__pycache__/\n',
    'models/user.py': 'class User:\n    pass\n',
    'api/users.py': 'from models.user import User\n\ndef users():\n    return []\n',
    'utils/text.py': 'def slug(text):\n    return text\n',
    'tests/test_text.py':
      'from utils.text import slug\n\ndef test_slug():\n    assert slug("a") == "a"\n',
  },
};

const plainWork = [
  'Add a search box',
  'Add a newsletter',
  'Show the delivery date',
  'Add a wish list',
  'Translate the home page',
];
const table = `# By table

| Task | Files | LOC Est | Tests | Complexity | Est Time |
|------|-------|---------|-------|------------|----------|
| Orders module | 3 | 200 | 10 | Medium | 15min |
| Orders guard | 1 | 50 | 5 | Low | 10min |
| Token service | 2 | 150 | 8 | Medium | 15min |
| User API | 2 | 180 | 12 | Medium | 18min |
| Handbook | 1 | 100 | 0 | Low | 12min |
`;
const unbalanced = [5, 5, 60, 5, 5].map(
  (time, at) => `Build \`part${at}.x\` (${time}min). Include tests.`,
);

const issues: readonly (readonly [string, string, readonly string[], number])[] = [
  ['plain words', issueOf(plainWork), ['proceed', 'consider'], 0],
  [
    'plain words with tests',
    issueOf(plainWork.map((title) => `${title}. Include unit tests.`)),
    ['proceed', 'consider'],
    0,
  ],
  [
    'directories',
    issueOf(
      ['utils', 'models', 'services', 'api']
        .map((name) => `Convert ${name}/ directory`)
        .concat('Update the build'),
    ),
    ['proceed'],
    0,
  ],
  ['a table of estimates', table, ['proceed'], 0],
  [
    'words without work',
    issueOf(['Login stuff', 'API things', 'Tests', 'Docs']),
    ['sequential'],
    4,
  ],
  ['a task that all wait for', issueOf(unbalanced), ['sequential'], 4],
];

describe.each(Object.entries(shops))('in %s', (_name, files) => {
  test.each(issues)('%s', async (_what, issue, verdicts, code) => {
    await using world = await makeWorld({ issue, files });
    const args = ['orchestrate', '../issue.md', '--dry-run', '--max-workers', '5'];
    const text = await world.flotilla(...args);
    const json = await world.flotilla(...args, '--json');
    const plan = JSON.parse(json.stdout) as {
      readonly verdict: 'proceed' | 'consider' | 'sequential';
      readonly refusals: readonly string[];
      readonly findings: readonly { readonly kind: string; readonly message: string }[];
    };
    expect(verdicts, json.stdout).toContain(plan.verdict);
    expect([text.code, json.code]).toEqual([code, code]);
    const sign = { proceed: '✅', consider: '⚠️', sequential: '❌' }[plan.verdict];
    expect(text.stdout).toMatch(new RegExp(`^Recommendation: ${sign}`, 'mu'));
    expect(plan.refusals.length > 0).toBe(code === 4);
    expect(plan.findings.filter(({ kind }) => kind === 'file-conflict')).toEqual([]);
  });
});
