import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sentenceOf } from '../../shared/sentence.ts'
import { TemplateError } from '../templating.ts'
import type { Metrics } from '../metrics.ts'
import { type Log, quiet } from '../ops/quiet-log.ts'
import { isFull } from '../storage/sqlite.ts'
import type { Limits } from './limits.ts'
import { alwaysSaid } from './security.ts'
import { diskFull, malformed, Problem } from './problems.ts'

type Thrown = Error & { readonly statusCode?: number; readonly code?: string }

interface Needs {
  readonly log: Log
  readonly metrics: Pick<Metrics, 'refused' | 'dropped'>
  readonly limits: Limits
}

/** Answers whatever is thrown with a sentence, counts it, and writes down what is the server’s own fault: a line a minute, however often. */
export function answerErrors(http: FastifyInstance, { log, metrics, limits }: Needs): void {
  http.setErrorHandler((error: Thrown, request, reply) => {
    // Whoever asked has gone: what broke off with them is nobody’s fault, and nobody reads an answer.
    if (limits.flightOf(request, reply).isGone) {
      metrics.dropped('gone')
      return reply.code(400).send()
    }
    const problem = problemOf(error)
    if (problem.status >= 500) {
      const where = `${request.routeOptions.method ?? request.method} ${request.routeOptions.url ?? 'nowhere'}`
      // A Problem is a sentence already, and says enough; of anything else the place in the program is what matters.
      quiet(log, problem === error ? 'warn' : 'error', `A request failed: ${problem.title}, ${where}`, { cause: problem === error ? sentenceOf(error.cause ?? error) : error.stack })
    }
    metrics.refused(problem.status)
    return sendProblem(reply, problem)
  })
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter)
  return reply.code(problem.status).headers({ 'cache-control': 'no-store', 'content-type': 'application/problem+json' }).send(JSON.stringify(problem))
}

/** For addresses that no router can read: they pass no hook, and are counted like all others. */
export async function answerUnreadable(request: FastifyRequest, reply: FastifyReply, limits: Limits, metrics: Pick<Metrics, 'refused' | 'dropped'>): Promise<void> {
  let problem = malformed(400)
  try {
    await limits.enter(request, reply)
    metrics.dropped('malformed')
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    problem = error
  }
  metrics.refused(problem.status)
  reply.headers(alwaysSaid)
  void sendProblem(reply, problem)
}

function problemOf(error: Thrown): Problem {
  if (error instanceof Problem) return error
  if (isFull(error)) return diskFull(error)
  if (error instanceof TemplateError) return new Problem(409, 'Template cannot be used', error.message, error)
  if (error.statusCode !== undefined && error.statusCode < 500) return new Problem(error.statusCode, 'Cannot be answered', error.message)
  return new Problem(500, 'Something broke', 'The server made a mistake and has written it down. Try again; if it stays, tell whoever runs the server.', error)
}
