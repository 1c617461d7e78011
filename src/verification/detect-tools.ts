type Tool = {
  readonly name: string;
  /** A repository with such a file at its root has the tool. */
  readonly marker: RegExp;
  readonly command: (files: ReadonlySet<string>) => string | null;
};

/** Build tools that have one command for all tests, whatever the project is. */
const tools: readonly Tool[] = [
  { name: 'go test', marker: /^go\.mod$/u, command: () => 'go test ./...' },
  { name: 'cargo test', marker: /^Cargo\.toml$/u, command: () => 'cargo test --quiet' },
  {
    name: 'maven test',
    marker: /^pom\.xml$/u,
    command: (files) => `${files.has('mvnw') ? './mvnw' : 'mvn'} -q test`,
  },
  {
    name: 'gradle test',
    marker: /^(?:build|settings)\.gradle(?:\.kts)?$/u,
    command: (files) => `${files.has('gradlew') ? './gradlew' : 'gradle'} test`,
  },
  {
    name: 'dotnet test',
    marker: /^[^/]+\.(?:sln|slnx|csproj|fsproj)$/u,
    command: () => 'dotnet test',
  },
  { name: 'mix test', marker: /^mix\.exs$/u, command: () => 'mix test' },
  {
    name: 'rspec',
    marker: /^Gemfile$/u,
    command: (files) =>
      [...files].some((path) => /^spec\/.*_spec\.rb$/u.test(path)) ? 'bundle exec rspec' : null,
  },
];

/** What runs the tests of the tools that a repository has: names and commands. */
export function toolCommands(files: ReadonlySet<string>): (readonly [string, string])[] {
  return tools.flatMap(({ name, marker, command }) => {
    const isThere = [...files].some((path) => marker.test(path));
    const line = isThere ? command(files) : null;
    return line === null ? [] : [[name, line] as const];
  });
}
