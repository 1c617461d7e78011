import { UserError } from '../../model/user-error.ts';
import {
  explainedTopics,
  findTopic,
  renderExplanation,
} from '../../reporting/explain/explain-topic.ts';
import { didYouMean } from '../../app/place/did-you-mean.ts';
import { plainText } from '../../model/text/plain-text.ts';

/** `flotilla explain <finding|failure>`: what a word means, its usual causes, what to do. Gives the exit code. */
export function explain(
  topic: string,
  context: { readonly stdout: NodeJS.WritableStream },
): number {
  const known = findTopic(topic);
  if (known === null) {
    const lists = Object.entries(explainedTopics).map(
      ([name, topics]) => `  ${name}: ${topics.join(', ')}`,
    );
    const all = Object.values(explainedTopics).flat();
    const message = [
      `There is nothing called ${plainText(topic, 80)} to explain.`,
      ...didYouMean(topic, all),
      'There are:',
      ...lists,
    ].join('\n');
    throw new UserError({ code: 'usage', message });
  }
  context.stdout.write(renderExplanation(known));
  return 0;
}
