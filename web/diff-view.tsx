import { useState } from 'preact/hooks';
import type { DiffPage } from '../src/dashboard/page-data.ts';
import { highlight } from './highlight.ts';
import { parseDiff, type DiffFile, type DiffLine, type DiffRow } from './parse-diff.ts';
import { RemarkForm, RemarkText } from './remark-form.tsx';
import { isSamePlace, remarksOf } from './remarks.ts';

/** A page with more rows of a file than this would be slow: the rest is shown when somebody asks. */
const manyRows = 800;
const mostRows = 5_000;

/** Whose pull request it is, where its lines can be remarked on. */
export type Reviewed = { readonly run: string; readonly task: number };

/** A difference, both sides next to each other. */
export function DiffView({
  diff,
  reviewed = null,
}: {
  readonly diff: DiffPage;
  readonly reviewed?: Reviewed | null;
}) {
  if (diff.why !== null) return <p class="quiet pad">{diff.why}</p>;
  const files = parseDiff(diff.text);
  return (
    <div class="diff">
      {files.map((file) => (
        <File
          key={file.path}
          file={file}
          reviewed={reviewed}
          isOpen={files.length <= 12 && file.rows.length <= manyRows}
        />
      ))}
      {diff.isCut && (
        <p class="damage">There is more than this page shows: flotilla diff shows all.</p>
      )}
    </div>
  );
}

function File({
  file,
  reviewed,
  isOpen,
}: {
  readonly file: DiffFile;
  readonly reviewed: Reviewed | null;
  readonly isOpen: boolean;
}) {
  const [writing, setWriting] = useState<number | null>(null);
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
      <table aria-label={`Changes of ${file.path}`}>
        <colgroup>
          <col class="number" />
          <col />
          <col class="number" />
          <col />
        </colgroup>
        <tbody onKeyDown={moveBetweenLines}>
          {file.rows.slice(0, mostRows).map((row, index) => (
            <Row key={index} {...{ row, file, reviewed, writing, setWriting }} />
          ))}
        </tbody>
      </table>
      {file.rows.length > mostRows && (
        <p class="damage">There is more of this file: flotilla diff shows all.</p>
      )}
    </details>
  );
}

type RowProps = {
  readonly row: DiffRow;
  readonly file: DiffFile;
  readonly reviewed: Reviewed | null;
  /** The line that a remark is being written on. */
  readonly writing: number | null;
  readonly setWriting: (line: number | null) => void;
};

function Row({ row, file, reviewed, writing, setWriting }: RowProps) {
  if (row.kind === 'hunk')
    return (
      <tr class="hunk">
        <td colSpan={4}>⋯ {row.text}</td>
      </tr>
    );
  const number = row.after?.number ?? null;
  const first = file.rows.find((one) => one.kind === 'lines' && one.after !== null);
  return (
    <>
      <tr class={row.after?.isChanged === false ? 'same' : ''}>
        <Side line={row.before} name="removed" path={file.path} />
        <Side
          line={row.after}
          name="added"
          path={file.path}
          isFirst={row === first}
          onRemark={reviewed === null ? null : () => setWriting(number)}
        />
      </tr>
      {reviewed !== null && number !== null && (
        <LineRemark
          place={{ task: reviewed.task, path: file.path, line: number }}
          run={reviewed.run}
          isWriting={writing === number}
          setWriting={setWriting}
        />
      )}
    </>
  );
}

function LineRemark({
  place,
  run,
  isWriting,
  setWriting,
}: {
  readonly place: { readonly task: number; readonly path: string; readonly line: number };
  readonly run: string;
  readonly isWriting: boolean;
  readonly setWriting: (line: number | null) => void;
}) {
  const one = remarksOf(run).find((other) => isSamePlace(place, other));
  if (!isWriting && one === undefined) return null;
  return (
    <tr class="remark-row">
      <td colSpan={4}>
        {isWriting ? (
          <RemarkForm run={run} place={place} onDone={() => setWriting(null)} />
        ) : (
          one !== undefined && (
            <RemarkText run={run} one={one} onChange={() => setWriting(place.line)} />
          )
        )}
      </td>
    </tr>
  );
}

/** Of the many line numbers of a file one is reached by Tab, the others from there by the arrows. */
function moveBetweenLines(event: KeyboardEvent): void {
  const at = event.target as HTMLElement;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined || !at.classList.contains('line')) return;
  const lines = [...(at.closest('tbody')?.querySelectorAll<HTMLElement>('button.line') ?? [])];
  lines[lines.indexOf(at) + by]?.focus();
  event.preventDefault();
}

function Side({
  line,
  name,
  path,
  isFirst = false,
  onRemark = null,
}: {
  readonly line: DiffLine | null;
  readonly name: 'removed' | 'added';
  readonly path: string;
  readonly isFirst?: boolean;
  readonly onRemark?: (() => void) | null;
}) {
  if (line === null)
    return (
      <>
        <td class="number none" />
        <td class="none" />
      </>
    );
  const changed = line.isChanged ? name : '';
  return (
    <>
      <td class={`number ${changed}`}>
        {onRemark === null ? (
          line.number
        ) : (
          <button
            type="button"
            class="line"
            tabIndex={isFirst ? 0 : -1}
            aria-label={`Remark on line ${line.number}`}
            title="Remark on this line"
            onClick={onRemark}
          >
            {line.number}
          </button>
        )}
      </td>
      <td class={`code ${changed}`}>
        {highlight(line.text, path).map(({ words, look }, index) =>
          look === '' ? (
            words
          ) : (
            <span key={index} class={look}>
              {words}
            </span>
          ),
        )}
      </td>
    </>
  );
}
