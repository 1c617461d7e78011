import { expect, test } from 'vitest';
import { carry, readHunks } from './hunks.ts';

test('hunks are read with the lines that they replace', () => {
  const patch = '@@ -3 +3,2 @@ f\n-a\n+b\n+c\n@@ -9,0 +11 @@\n+d\n';
  expect(readHunks(patch)).toEqual([
    { before: [3, 4], after: [3, 5] },
    { before: [10, 10], after: [11, 12] },
  ]);
  expect(readHunks('new file mode 100644\n@@ -0,0 +1 @@\n+a\n')).toBeNull();
});

test('lines move with what is inserted above them, and grow by what reaches into them', () => {
  expect(carry([10, 12], [{ before: [2, 2], after: [2, 5] }])).toEqual([13, 15]);
  expect(carry([10, 12], [{ before: [20, 21], after: [20, 25] }])).toEqual([10, 12]);
  expect(carry([10, 12], [{ before: [11, 15], after: [11, 20] }])).toEqual([10, 20]);
});
