/* Before `npm start`, in words that any Node reads: where none comes with `npm ci`, the machine's own may be too old for the rest. */

const least = 24
const [major] = process.versions.node.split('.')
if (Number(major) < least) {
  process.stderr.write(`This is Node ${process.versions.node}; Manyfutures needs Node ${least} or newer. It comes with “npm ci” on Linux, Windows and Macs with an Intel processor: run that first. Elsewhere install Node ${least} from nodejs.org.\n`)
  process.exit(1)
}
