import { carriedOptions, type ChangedSettings } from '../../model/options/run-settings.ts';
import { wordsFor } from '../../model/options/value-kind.ts';

/** Changed settings as the flags that give them, with their values. */
export function settingWords(settings: ChangedSettings): readonly string[] {
  const values: Readonly<Record<string, unknown>> = settings;
  return carriedOptions.flatMap((option) => wordsFor(option, values[option.key]));
}
