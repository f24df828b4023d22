import { constants } from 'node:os'
import { createApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import { StoreError } from './storage/sqlite.ts'

/** What the process ends with where a fault ended it: whoever supervises it starts it again. */
const fault = 70

/** Within which the same signal is the same wish. */
const twiceMs = 200

/** How often it is looked whether the parent is still there. */
const lookMs = 250

/** Runs a server until it is asked to stop, or cannot go on. */
export async function serve(): Promise<void> {
  try {
    const config = readConfig(process.env)
    const app = await createApp({ config, watched: true })
    survive(app)
    endWhenAsked(app)
    endWithParent()
    const address = await app.listen()
    process.stdout.write(`Manyfutures is at ${address}\nOpen it and pick a method, then send the link to the others. Boards are kept in ${config.dataDir}\n`)
    void app.lost.then(error => {
      app.http.log.fatal({ cause: error.message }, 'The store was lost; the server ends, so that it is started again')
      process.exit(fault)
    })
  } catch (error) {
    if (error instanceof ConfigError || error instanceof StoreError) process.stderr.write(`${error.message}\n`)
    else if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') process.stderr.write('Another program listens on this port. Stop it, or choose another with PORT.\n')
    else throw error
    process.exitCode = 1
  }
}

type App = Awaited<ReturnType<typeof createApp>>

/** What nobody caught costs the document that was served, where one was; the others go on. */
function survive(app: App): void {
  const survived = (error: unknown): void => app.survived(error)
  process.on('uncaughtException', survived)
  process.on('unhandledRejection', survived)
}

function endWhenAsked(app: App): void {
  let stopping: NodeJS.Signals | undefined
  const stop = (signal: NodeJS.Signals): void => {
    // It comes twice where whoever asks asks the parent too, which hands it on: a terminal, or systemd.
    if (stopping === signal && performance.now() - asked < twiceMs) return
    // Whoever asks twice is in a hurry; the store is safe to leave at any time. As the first process of a container it must say so itself.
    if (stopping) process.exit(128 + constants.signals[signal])
    stopping = signal
    asked = performance.now()
    app.http.log.info({ signal }, 'Stopping: everything is committed, everybody is asked to come back')
    // Not gone after ten seconds means something hangs.
    setTimeout(() => process.exit(1), 10_000).unref()
    void app.stop().then(() => process.exit(0))
  }
  let asked = 0
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** Nobody would start it again: as after a power cut, whoever starts a server next has the folder and the port for it. */
function endWithParent(): void {
  const parent = process.env['MANYFUTURES_PARENT']
  if (parent === undefined) return
  setInterval(() => {
    if (process.ppid !== Number(parent)) process.kill(process.pid, 'SIGKILL')
  }, lookMs).unref()
}
