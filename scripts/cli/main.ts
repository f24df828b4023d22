import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '../../server/config.ts'
import type { Command } from './command.ts'
import { exits, Failure } from './failure.ts'

/* `npx manyfutures …` from a checkout, or `npm run --silent cli -- …`: boards as files, without a browser. What a script takes goes to stdout, what people read to stderr. */

/** Each is loaded when it is called for: half of the time that starting takes is loading. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  export: async () => (await import('./export.ts')).exportCommand,
  import: async () => (await import('./import.ts')).importCommand,
  validate: async () => (await import('./validate.ts')).validateCommand,
  link: async () => (await import('./link.ts')).linkCommand,
  list: async () => (await import('./list.ts')).listCommand,
  erase: async () => (await import('./erase.ts')).eraseCommand,
  history: async () => (await import('./history.ts')).historyCommand,
  release: async () => (await import('./release.ts')).releaseCommand,
  remove: async () => (await import('./remove.ts')).removeCommand,
  template: async () => (await import('./template.ts')).templateCommand,
}

const help = { type: 'boolean', short: 'h', hint: 'Prints this.' } as const

/** A command with its options, in lines of one width. */
function usageOf(name: string, { takes, hint, options }: Command): string {
  const lines = Object.entries({ ...options, help }).map(([option, { hint: said, ...how }]) => [`  --${option}${'value' in how && how.value ? ` <${how.value}>` : ''}${how.short ? `, -${how.short}` : ''}`, said] as const)
  const width = Math.max(...lines.map(([left]) => left.length)) + 2
  return `${`manyfutures ${name} ${takes}`.trim()}\n${hint}\n\n${lines.map(([left, right]) => left.padEnd(width) + right).join('\n')}\n`
}

async function overview(): Promise<string> {
  const all = await Promise.all(Object.entries(commands).map(async ([name, load]) => ({ name, ...(await load()) })))
  const width = Math.max(...all.map(({ name, takes }) => `${name} ${takes}`.length)) + 4
  return [
    'Boards as files. “-” is stdin. Boards are kept where DATA_DIR says.',
    '',
    ...all.map(({ name, takes, hint }) => `  ${`${name} ${takes}`.trim().padEnd(width)}${hint}`),
    '',
    'manyfutures <command> --help has its options. It ends with:',
    ...Object.values(exits).map(({ code, means }) => `  ${code}  ${means}`),
    '',
  ].join('\n')
}

async function run([name = '', ...rest]: readonly string[]): Promise<void> {
  if (['', '--help', '-h', 'help'].includes(name)) {
    if (name === '') throw new Failure('usage', (await overview()).trimEnd())
    return void process.stdout.write(await overview())
  }
  const command = Object.hasOwn(commands, name) ? await commands[name]?.() : undefined
  if (!command) throw new Failure('usage', `There is no command “${name}”. There are: ${Object.keys(commands).join(', ')}.`)
  const { values, positionals } = parsed(name, command, rest)
  if (values['help']) return void process.stdout.write(usageOf(name, command))
  const [fewest, most] = command.count
  if (positionals.length < fewest || positionals.length > most) throw new Failure('usage', usageOf(name, command).trimEnd())
  await command.run({ positionals, values, config: readConfig(process.env), print: text => void process.stdout.write(text), say: sentence => void process.stderr.write(`${sentence}\n`) })
}

function parsed(name: string, command: Command, args: string[]): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  const options = Object.fromEntries(Object.entries({ ...command.options, help }).map(([option, { type, short }]) => [option, { type, ...(short && { short }) }]))
  try {
    return parseArgs({ args, options, allowPositionals: true }) as ReturnType<typeof parsed>
  } catch (error) {
    throw new Failure('usage', `${error instanceof Error ? error.message : String(error)}\n\n${usageOf(name, command).trimEnd()}`, error)
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads only the first lines of what is written has what they wanted.
  if (error.code === 'EPIPE') process.exit(exits.done.code)
  process.stderr.write(`What was made cannot be written: ${error.message}.\n`)
  process.exit(exits.files.code)
})

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Failure || error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error instanceof Failure ? exits[error.exit].code : exits.usage.code
}
