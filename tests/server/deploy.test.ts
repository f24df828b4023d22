import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { options, readConfig } from '../../server/config.ts'
import { removeFolder, temporaryFolder } from '../support/server.ts'

/* No container engine and no systemd runs here; what these files promise one another and the server is checked all the same. */

const top = join(import.meta.dirname, '..', '..')
const read = (name: string): string => readFileSync(join(top, 'deploy', name), 'utf8').replaceAll('\\\n', ' ')
const [dockerfile, ignore, compose, caddyfile, unit] = ['Dockerfile', 'Dockerfile.dockerignore', 'compose.yaml', 'Caddyfile', 'manyfutures.service'].map(read) as [string, string, string, string, string]

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(match => match[1] ?? '')
const one = (text: string, pattern: RegExp): string => {
  const found = all(text, pattern)
  expect([pattern, found.length]).toEqual([pattern, 1])
  return found[0] ?? ''
}

/** Sources and target of each COPY of a stage that come from the repository. */
const copiesOf = (stage: string) => all(stage, /^COPY (?!--from)(.+)$/gm).map(line => {
  const words = line.trim().split(/\s+/)
  return { sources: words.slice(0, -1), target: words.at(-1) ?? '' }
})
const stages = dockerfile.split(/^(?=FROM )/m).slice(1)
const [building, , running] = stages as [string, string, string]

/** What each file sets for the server. */
const settings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Dockerfile: pairs(all(running, /^ENV (.+)$/gm).flatMap(line => line.trim().split(/\s+/))),
  'compose.yaml': pairs(all(one(compose, /^ {2}manyfutures:\n((?: {4}.*\n|\n)+)/gm), /^ {6}([A-Z_]+: .*)$/gm).map(line => line.replace(': ', '='))),
  'manyfutures.service': pairs(all(unit, /^Environment=(.+)$/gm)),
  'the unit’s file of keys': pairs(all(unit, /^# {3}([A-Z_]+=.*)$/gm)),
}

function pairs(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

test.each(Object.entries(settings))('[Q5] %s sets only what the server reads, to what it takes', (_file, given) => {
  const known = [...Object.values(options).map(({ env }) => env), 'NODE_ENV', 'PATH']
  expect(Object.keys(given).length).toBeGreaterThan(0)
  expect(Object.keys(given).filter(name => !known.includes(name))).toEqual([])
  const plain = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value.replace(/\$\{DOMAIN[^}]*\}/, 'boards.example.org').replace(/\$\{[A-Z_]+:-\}/, '')]))
  expect(() => readConfig(plain)).not.toThrow()
})

test('[Q5] all files name one port, which is the server’s own', () => {
  const port = String(options.port.fallback)
  expect({
    image: settings['Dockerfile']?.['PORT'],
    exposed: one(dockerfile, /^EXPOSE (\d+)$/gm),
    compose: one(compose, /^ {4}expose:\n {6}- "(\d+)"$/gm),
    proxy: one(compose, /^ {6}UPSTREAM: manyfutures:(\d+)$/gm),
    caddy: one(caddyfile, /\{\$UPSTREAM:127\.0\.0\.1:(\d+)\}/g),
    unit: settings['manyfutures.service']?.['PORT'],
  }).toEqual({ image: port, exposed: port, compose: port, proxy: port, caddy: port, unit: port })
})

test('[Q5] what the image is built from is there, and nothing else gets in', () => {
  const sources = stages.flatMap(copiesOf).flatMap(each => each.sources)
  expect(sources.filter(source => !existsSync(join(top, source)))).toEqual([])
  const [first, ...admitted] = ignore.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  expect(first).toBe('*')
  expect(admitted.sort()).toEqual([...new Set(sources)].map(source => `!${source}`).sort())
  // What the client is made of, and what its fingerprint is taken from.
  expect(copiesOf(building).flatMap(each => each.sources)).toEqual(expect.arrayContaining(['package-lock.json', 'vite.config.ts', 'client', 'shared', 'scripts']))
})

test('[Q5] what the image holds starts, is healthy by its own check, serves the client, and ends on SIGTERM', async () => {
  const image = temporaryFolder()
  for (const { sources, target } of copiesOf(running)) {
    for (const source of sources) cpSync(join(top, source), target === './' ? join(image, source) : join(image, target), { recursive: true })
  }
  for (const built of all(running, /^COPY --from=\w+ \/app\/(\S+) /gm)) symlinkSync(join(top, built), join(image, built))
  const [, ...command] = JSON.parse(one(running, /^CMD (\[.*\])$/gm)) as string[]
  const server = spawn(process.execPath, command, { cwd: image, env: { ...process.env, ...settings['Dockerfile'], PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', DATA_DIR: join(image, 'data') }, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>(done => server.once('exit', done))
  const url = await new Promise<string>((ready, failed) => {
    createInterface(server.stdout).on('line', line => {
      const address = /Manyfutures is at (\S+)/.exec(line)?.[1]
      if (address) ready(address)
    })
    void ended.then(code => failed(new Error(`It ended with ${code}`)))
  })
  const [, ...check] = JSON.parse(one(running, /^HEALTHCHECK .* CMD (\[.*\])$/gm)) as string[]
  const health = (port: string) => new Promise<number | null>(done => spawn(process.execPath, check, { env: { ...process.env, PORT: port } }).once('exit', done))
  expect(await health(new URL(url).port)).toBe(0)
  expect(await (await fetch(url)).text()).toContain('<title>')
  server.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(await health(new URL(url).port)).toBe(1)
  removeFolder(image)
})

test('[Q5] what runs on a server needs nothing that is installed for development only', () => {
  const { dependencies } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
  const seen = new Set<string>()
  const others: string[] = []
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const [, named, later] of readFileSync(path, 'utf8').matchAll(/^(?:import|export) (?!type )(?:[^'\n]*? from )?'([^']+)'|import\('([^']+)'\)/gm)) {
      const source = named ?? later ?? ''
      if (source.startsWith('.')) visit(join(path, '..', source))
      else if (!source.startsWith('node:') && !Object.keys(dependencies).some(name => source === name || source.startsWith(`${name}/`))) others.push(`${path.slice(top.length)}: ${source}`)
    }
  }
  const workers = readdirSync(join(top, 'server'), { recursive: true, encoding: 'utf8' }).filter(name => /(worker|process)\.ts$/.test(name)).map(name => `server/${name}`)
  expect(workers.length).toBeGreaterThan(2)
  for (const entry of ['server/main.ts', ...workers, 'scripts/cli.mjs', 'scripts/backup.ts', 'scripts/restore.ts']) visit(join(top, entry))
  expect(seen.size).toBeGreaterThan(100)
  expect(others).toEqual([])
})

test('[Q5] nobody runs as root, starts it as npm does, and is given longer to end than it takes', () => {
  expect(one(running, /^USER (\w+)$/gm)).toBe('node')
  expect(one(unit, /^User=(\w+)$/gm)).toBe('manyfutures')
  const { scripts } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { scripts: { start: string } }
  expect(one(unit, /^ExecStart=\S+\/node_modules\/\.bin\/(node .*)$/gm)).toBe(scripts.start)
  expect((JSON.parse(one(running, /^CMD (\[.*\])$/gm)) as string[]).join(' ')).toBe(scripts.start)
  expect(Number(one(unit, /^TimeoutStopSec=(\d+)$/gm))).toBeGreaterThan(10)
  expect(Number(one(compose, /stop_grace_period: (\d+)s/g))).toBeGreaterThan(10)
  // The data folder is inside the one place each of them may write.
  expect(settings['Dockerfile']?.['DATA_DIR']?.startsWith(`${one(running, /^VOLUME (\S+)$/gm)}/`)).toBe(true)
  expect(settings['manyfutures.service']?.['DATA_DIR']?.startsWith(`/var/lib/${one(unit, /^StateDirectory=(\S+)$/gm)}/`)).toBe(true)
  for (const line of ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'ProtectHome=yes', 'PrivateTmp=yes', 'CapabilityBoundingSet=']) expect(unit.split('\n')).toContain(line)
})

test('[Q5] Caddy gets every name it asks for, and keeps the figures from the internet', () => {
  const asked = all(caddyfile, /\{\$([A-Z_]+)/g)
  const given = all(one(compose, /^ {2}caddy:\n((?: {4}.*\n|\n)+)/gm), /^ {6}([A-Z_]+): /gm)
  expect([...new Set(asked)].sort()).toEqual(given.sort())
  expect(caddyfile).toMatch(/^\trespond \/metrics 404$/m)
})

const analyzer = '/usr/bin/systemd-analyze'
test.runIf(existsSync(analyzer))('[Q5] systemd finds nothing wrong with the unit', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'manyfutures.service'), unit.replaceAll('/opt/manyfutures', top))
  const { status, stderr } = spawnSync(analyzer, ['verify', join(folder, 'manyfutures.service')], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  removeFolder(folder)
})
