import type { DiffPage } from '../src/dashboard/page-data.ts';
import { parseDiff, type DiffFile, type DiffLine } from './parse-diff.ts';

/** A page with more rows of a file than this would be slow: the rest is shown when somebody asks. */
const manyRows = 800;

/** A difference, both sides next to each other. */
export function DiffView({ diff }: { readonly diff: DiffPage }) {
  if (diff.why !== null) return <p class="quiet pad">{diff.why}</p>;
  const files = parseDiff(diff.text);
  return (
    <div class="diff">
      {files.map((file) => (
        <File
          key={file.path}
          file={file}
          isOpen={files.length <= 12 && file.rows.length <= manyRows}
        />
      ))}
      {diff.isCut && (
        <p class="damage">There is more than this page shows: flotilla diff shows all.</p>
      )}
    </div>
  );
}

function File({ file, isOpen }: { readonly file: DiffFile; readonly isOpen: boolean }) {
  return (
    <details open={isOpen}>
      <summary>
        <code>{file.path}</code> <span class="added">+{file.added}</span>{' '}
        <span class="removed">−{file.removed}</span>
      </summary>
      {file.notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
      <table>
        <colgroup>
          <col class="number" />
          <col />
          <col class="number" />
          <col />
        </colgroup>
        <tbody>
          {file.rows.slice(0, 5_000).map((row, index) =>
            row.kind === 'hunk' ? (
              <tr key={index} class="hunk">
                <td colSpan={4}>⋯ {row.text}</td>
              </tr>
            ) : (
              <tr key={index}>
                <Side line={row.before} name="removed" />
                <Side line={row.after} name="added" />
              </tr>
            ),
          )}
        </tbody>
      </table>
    </details>
  );
}

function Side({
  line,
  name,
}: {
  readonly line: DiffLine | null;
  readonly name: 'removed' | 'added';
}) {
  if (line === null)
    return (
      <>
        <td class="number" />
        <td class="none" />
      </>
    );
  const changed = line.isChanged ? name : '';
  return (
    <>
      <td class={`number ${changed}`}>{line.number}</td>
      <td class={`code ${changed}`}>{line.text}</td>
    </>
  );
}
