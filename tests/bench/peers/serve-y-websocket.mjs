// @y/websocket-server as its own README starts it; with YPERSISTENCE it keeps boards in LevelDB.
import http from 'node:http'
import WebSocket from './node_modules/@y/websocket-server/node_modules/ws/index.js'
import { setupWSConnection } from './node_modules/@y/websocket-server/src/utils.js'

const wss = new WebSocket.Server({ noServer: true })
const server = http.createServer((_request, response) => response.end('okay'))
wss.on('connection', setupWSConnection)
server.on('upgrade', (request, socket, head) => wss.handleUpgrade(request, socket, head, ws => wss.emit('connection', ws, request)))
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'))
