import { expect, test } from 'vitest';
import { configuresTests, describeConfigurationChanges } from './configuration-changes.ts';

function describe(path: string): Promise<string[]> {
  return describeConfigurationChanges({
    ...{ checks: [], told: new Set(), readBase: () => Promise.resolve(null) },
    files: [{ path, change: 'modified', added: 1, removed: 1 }],
    readBranch: () => Promise.resolve(null),
  });
}

// Of every tool whose checks are found by themselves.
const settings = [
  ...['Makefile', 'vitest.config.ts', 'pyproject.toml', 'pkg/conftest.py', 'go.mod', 'Cargo.toml'],
  ...['pom.xml', 'core/pom.xml', '.mvn/maven.config', 'build.gradle', 'app/build.gradle.kts'],
  ...['settings.gradle', 'gradle.properties', 'All.sln', 'src/Core/Core.csproj', 'Tests.fsproj'],
  ...['Directory.Build.props', 'ci.runsettings', 'mix.exs', 'test/test_helper.exs', '.rspec'],
  ...['Gemfile', 'Rakefile', 'spec/spec_helper.rb', '.github/workflows/ci.yml'],
];

test.each(settings)('a change of %s is shown to reviewers', async (path) => {
  expect(await describe(path)).toEqual([`It changes what can configure the checks: \`${path}\`.`]);
});

test.each(['src/pom.xml.md', 'lib/build.ts', 'docs/Gemfile.md', 'spec/cart_spec.rb'])(
  'a change of %s is work like any other',
  async (path) => {
    expect(await describe(path)).toEqual([]);
  },
);

test('what also names dependencies is not put back to what it was', () => {
  const kept = ['pom.xml', 'build.gradle.kts', 'App.csproj', 'mix.exs', 'Gemfile', 'go.mod'];
  expect(kept.filter(configuresTests)).toEqual([]);
  expect(['.rspec', 'Makefile', 'gradle.properties'].filter(configuresTests)).toHaveLength(3);
});
