import { configurationPath, readConfiguration } from '../../app/settings/configuration.ts';
import { findPlace } from '../../app/place/find-place.ts';
import { askDigest, asksOf } from '../../app/trust/asks.ts';
import { askLines } from '../../app/trust/read-trusted.ts';
import { recordTrust, revokeTrust } from '../../app/trust/trust-record.ts';
import type { CommandContext } from '../command-context.ts';

/**
 * `flotilla trust`: shows what the repository's configuration asks for, and trusts it with that from now on; with
 * `--revoke`, with nothing any more.
 */
export async function trust(
  options: { readonly revoke?: boolean | undefined },
  { directory, env, stdout }: CommandContext,
): Promise<number> {
  const place = await findPlace(directory, env);
  if (options.revoke) {
    const hadTrust = await revokeTrust(place);
    stdout.write(
      hadTrust
        ? 'The configuration of this repository is trusted with nothing any more.\n'
        : 'The configuration of this repository was trusted with nothing.\n',
    );
    return 0;
  }
  const configuration = await readConfiguration(place.repository.root);
  const digest = askDigest(configuration);
  if (digest === null) {
    stdout.write(`${configurationPath} asks for nothing that takes your trust.\n`);
    return 0;
  }
  const lines = askLines(asksOf(configuration)).map((line) => `  ${line}\n`);
  await recordTrust(place, digest);
  stdout.write(
    `From now on you trust ${configurationPath} with this:\n${lines.join('')}When it asks for anything else, you are asked again. To take it back: flotilla trust --revoke\n`,
  );
  return 0;
}
