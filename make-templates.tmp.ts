import { writeFileSync } from 'node:fs'
import { tidyWheel } from './shared/methods/tidy-wheel.ts'
import { cellBox } from './shared/methods/grid.ts'
import { xOfDate, laneBands, timelineFrame } from './shared/methods/timeline.ts'
const sectors = ['Academia', 'Industry', 'Civil society', 'Government', 'Community']
type O = Record<string, unknown>
const out = (name: string, board: O, p: { cards?: O[]; relations?: O[]; structures?: O[] }) => {
  const list = (xs: O[] = []) => xs.map(x => '    ' + JSON.stringify(x).replace(/":/g, '": ').replace(/,"/g, ', "').replace(/^\{/, '{ ').replace(/\}$/, ' }')).join(',\n')
  const b = Object.entries({ ...board, sectors }).map(([k, v]) => `    ${JSON.stringify(k)}: ${JSON.stringify(v).replace(/","/g, '", "')}`).join(',\n')
  const arr = (n: string, xs?: O[]) => `  "${n}": ${xs?.length ? `[\n${list(xs)}\n  ]` : '[]'}`
  const text = `{\n  "format": "manyfutures/board",\n  "version": 1,\n  "board": {\n${b}\n  },\n${[arr('cards', p.cards), arr('relations', p.relations), arr('structures', p.structures), arr('drawings'), arr('people')].join(',\n')}\n}\n`
  JSON.parse(text)
  writeFileSync(`templates/${name}.json`, text)
}
const note = (id: string, text: string, x: number, y: number, more: O = {}) => ({ id, kind: 'note', text, x, y, ...more })
const r = Math.round

// --- futures wheel
out('futures-wheel', { title: 'Futures wheel', about: 'One change, and what follows from what follows.', takes: 'About 75 minutes', place: 2 }, {
  structures: [{ id: 'wheel', type: 'wheel', x: 0, y: 0, rings: 3 }],
  cards: [
    note('step-1', '1. Write the change in the middle: one thing that is not so today, as if it had happened.', -320, 120, { w: 240 }),
    note('step-2', '2. If this happens, what happens next? Ten minutes in silence: one consequence a card, good and bad ones. Tab adds one.', -320, 300, { w: 240 }),
    note('step-3', '3. Take each consequence in turn: what follows from that? Close a ring before you open the next.', -320, 520, { w: 240 }),
    note('step-4', '4. Relate across: what strengthens what, what weakens it, what leads back to where it came from?', -320, 720, { w: 240 }),
    note('step-5', '5. Step back. Which chains surprised you? Who gains, who pays, and who was not in the room?', -320, 920, { w: 240 }),
  ],
})

// --- backcasting
out('backcasting', { title: 'Backcast', about: 'Start at the vision, work back to a first move.', takes: 'About 150 minutes', place: 3 }, {
  structures: [
    { id: 'then-and-now', type: 'grid', x: 0, y: 0, w: 1600, h: 560, title: 'Differences', rows: ['How people live', 'Who decides', 'What it runs on'], cols: ['Now', 'When the vision is true'] },
    { id: 'timeline', type: 'timeline', x: 0, y: 640, title: 'The way back', lanes: ['Milestones', 'Obstacles', 'Actions'] },
  ],
  cards: [
    note('step-1', '1. Write the vision at the end of the line, in the present tense: somebody’s day, not a slogan.', -300, 0, { w: 240 }),
    note('step-2', '2. List what is different then from now. Sixty minutes are not too long.', -300, 190, { w: 240 }),
    note('step-3', '3. Start at the end: what had to be true just before this? Put a milestone there, and ask again.', -300, 700, { w: 240 }),
    note('step-4', '4. What stands in the way of each milestone?', -300, 890, { w: 240 }),
    note('step-5', '5. Who does what, by when? Every action names somebody. Something has to begin soon.', -300, 1060, { w: 240 }),
  ],
})

// --- responsible openness
{
  const q = (s: string) => `“${s}”`
  const grids: O[] = [
    { id: 'visions', type: 'grid', x: 0, y: 120, w: 1660, h: 620, title: 'Visions', rows: ['Desirable future', 'The role of AI'], cols: ['One vision', 'Another vision', 'A third vision'] },
    { id: 'tension-purpose', type: 'tension', x: 1800, y: 120, w: 820, h: 290, title: 'Purpose', left: 'Openness as an end', right: 'Openness as a means' },
    { id: 'tension-scope', type: 'tension', x: 2680, y: 120, w: 820, h: 290, title: 'Scope', left: 'Expansion', right: 'Meaningful access' },
    { id: 'tension-mandatory', type: 'tension', x: 1800, y: 450, w: 820, h: 290, title: 'Operation', left: 'Mandatory', right: 'Conditional' },
    { id: 'tension-sufficient', type: 'tension', x: 2680, y: 450, w: 820, h: 290, title: 'Operation', left: 'Sufficient', right: 'Dependent on governance and use' },
    { id: 'pathways', type: 'grid', x: 0, y: 980, w: 1660, h: 900, title: 'Who acts', rows: sectors, cols: ['Near', 'Mid', 'Long'] },
    { id: 'roadmap', type: 'grid', x: 1800, y: 980, w: 1700, h: 900, title: 'Theme', rows: ['Openness', 'Power', 'Accountability'], cols: ['Near', 'Mid', 'Long'] },
  ]
  out('responsible-openness', { title: 'Visions to roadmap', about: 'Visions and the role of AI, action pathways, a research roadmap, and four tensions in openness.', focus: 'What would responsible openness in AI be, and how would we get there?', place: 1 }, {
    structures: grids,
    cards: [
      note('head-visions', '1. Visions of desirable futures, and the role of AI in each. Write several side by side; they need not agree.', 0, -20, { w: 520 }),
      note('head-tensions', '2. Four tensions that appear when aspirations become actions. Put cards where they pull; nobody has to meet in the middle.', 1800, -20, { w: 520 }),
      note('head-pathways', '3. Action pathways: who does what, and when, so that a vision comes nearer? Relate each action to its vision.', 0, 860, { w: 520 }),
      note('head-roadmap', '4. A research roadmap: what do we have to find out, and which action does it inform?', 1800, 860, { w: 520 }),
      note('from-the-paper', q('These tensions illustrate that responsible openness is not a singular technical solution, but a negotiated sociotechnical project shaped by values, positionalities, and priorities.'), 2360, -20, { w: 560 }),
      note('source', 'The method and the tensions follow the abstract of “Reimagining Open Source and Openness in AI: Co-Creating Responsible Technological Futures” (FAccT ’26, arXiv 2606.07764). Prompts here are ours; no finding is claimed.', 2960, -20, { w: 540 }),
      { id: 'value-innovation', kind: 'value', text: 'Innovation', x: -280, y: 160 },
      { id: 'value-accountability', kind: 'value', text: 'Accountability', x: -280, y: 290 },
      { id: 'value-public', kind: 'value', text: 'Public interest', x: -280, y: 420 },
      { id: 'who-policymakers', kind: 'stakeholder', text: 'Policymakers', x: -280, y: 1020 },
      { id: 'who-researchers', kind: 'stakeholder', text: 'Researchers', x: -280, y: 1150 },
      { id: 'who-practitioners', kind: 'stakeholder', text: 'Practitioners', x: -280, y: 1280 },
      { id: 'driver-models', kind: 'driver', text: 'Dominant, largely corporate, narratives', x: -280, y: 560 },
      ...[0, 1, 2].map(col => {
        const b = cellBox({ w: 1660, h: 620, rows: ['', ''], cols: ['', '', ''] }, { row: 0, col })
        return { id: `vision-${col + 1}`, kind: 'vision', text: '', in: 'visions', x: r(b.x + 24), y: r(b.y + 24), w: 260 }
      }),
      { id: 'question-1', kind: 'question', text: 'How do diverse stakeholders understand and negotiate responsible openness?', in: 'roadmap', x: 164, y: 70 },
    ],
    relations: [],
  })
}

// --- example
{
  const C = (id: string, text: string, kind = 'consequence', more: O = {}) => ({ id, kind, text, ...more })
  const centre = C('c0', 'Every AI model trained with public money is released openly', 'change', { w: 220 })
  const tree: [string, string, string, string?][] = [
    ['a1', 'Smaller languages get their own models', 'c0'], ['a2', 'Labs publish weights and data notes together', 'c0'], ['a3', 'Small labs build on what they could not train', 'c0'],
    ['a4', 'Misuse is easier to try and to study', 'c0'], ['a5', 'Someone has to look after each release', 'c0'], ['a6', 'Firms split public and private teams', 'c0'],
    ['b1', 'Oral histories are scraped without asking', 'a1'], ['b2', 'Communities decide what may be learned', 'a1'], ['b3', 'Outsiders can repeat the safety tests', 'a2'], ['b4', 'Release paperwork slows small groups', 'a2'],
    ['b5', 'Clinics and schools adapt models locally', 'a3'], ['b6', 'Compute, not access, becomes the gate', 'a3'], ['b7', 'Incident reports are routine and shared', 'a4'], ['b8', 'Calls for tiered access grow louder', 'a4'],
    ['b9', 'Every release has a paid care team', 'a5'], ['b10', 'Open teams lose people to closed ones', 'a6'],
    ['d1', 'Speakers withdraw their archives', 'b1'], ['d2', 'Data trusts bargain as equals', 'b2'], ['d3', 'Buyers ask for evidence they can rerun', 'b3'], ['d4', 'Local know-how stays local', 'b5'], ['d5', 'Public compute opens to co-operatives', 'b6'],
    ['d6', 'Insurers price risk from open records', 'b7'], ['d7', 'Newcomers are shut out of vetted circles', 'b8'], ['d8', 'Release care turns into a trade', 'b9'], ['d9', 'Open work lives on short grants', 'b10'],
  ]
  const steep: Record<string, string[]> = { a1: ['social'], a2: ['technological'], a3: ['economic'], a4: ['political'], b1: ['social'], b6: ['technological', 'economic'], b9: ['economic'], b8: ['political'] }
  const wheelCards = [centre, ...tree.map(([id, text]) => C(id, text, 'consequence', steep[id] ? { steep: steep[id] } : {}))]
  const causes = tree.map(([to, , from]) => ({ from, to }))
  const extra = [{ from: 'a5', to: 'b8' }, { from: 'd5', to: 'a3' }]
  const W = { w: 1640, h: 1320, rings: 3 }
  const boxes = wheelCards.map((c, i) => { const a = -Math.PI / 2 + (i / 8) * 2 * Math.PI; return { id: c.id, w: (c as O)['w'] as number ?? 200, h: 107, x: 820 + Math.cos(a) * 300 - 100, y: 660 + Math.sin(a) * 240 - 50 } })
  const t = tidyWheel(W, 'c0', boxes, causes)
  const at = (id: string) => { const p = t.places.get(id)!; return { in: 'wheel', x: r(p.x), y: r(p.y) } }
  const rel = (from: string, to: string, kind: string, more: O = {}) => ({ id: `${from}-${to}`, kind, from, to, ...more })
  const minus = new Set(['a2-b4', 'a6-b10', 'b4-b5', 'b9-b10'])
  const L = (from: string, to: string) => rel(from, to, 'leads', { in: 'wheel', ...(minus.has(`${from}-${to}`) && { sign: '-' }) })
  // timeline
  const T = { w: 1600, h: 1180, from: '2026', to: '2040', lanes: ['Rules and public money', 'Commons and compute', 'People and skills'] }
  const bands = laneBands(T)
  const onLine = (id: string, kind: string, text: string, date: string, lane: number, row: number, more: O = {}) => ({ id, kind, text, in: 'timeline', x: r((xOfDate(T, date) - 100) * 8) / 8, y: r(bands[lane]!.y + 48 + row * 146), date, ...more })
  const tl = [
    { id: 'v', kind: 'vision', text: 'Any public service can inspect, adapt or refuse its AI', in: 'timeline', x: T.w - timelineFrame.right + 36, y: timelineFrame.top + 12, w: timelineFrame.vision, h: T.h - timelineFrame.top - timelineFrame.bottom - 24, date: '2040' },
    onLine('t1', 'action', 'Draft it with five agencies', '2028', 0, 0, { actor: 'Buyers' }),
    onLine('t2', 'action', 'Add a right-to-test clause', '2031', 0, 1, { actor: 'City law' }),
    onLine('t3', 'milestone', 'One shared way to state what is open', '2033', 0, 0),
    onLine('t4', 'obstacle', 'Vendors call test access a trade secret', '2035', 0, 1),
    onLine('t5', 'milestone', 'Every public AI contract asks for open tests', '2037', 0, 0),
    onLine('t6', 'action', 'Pool idle campus clusters', '2027-06', 1, 0, { actor: 'Campus IT' }),
    onLine('t7', 'action', 'Lease night-time capacity', '2030', 1, 1, { actor: 'Towns' }),
    onLine('t8', 'milestone', 'Weights and logs live in public archives', '2033', 1, 0),
    onLine('t9', 'obstacle', 'No grid power left for new halls', '2034', 1, 1),
    onLine('t10', 'milestone', 'Each region runs a shared model', '2036', 1, 0),
    onLine('t12', 'action', 'Train the first forty', '2028-06', 2, 0, { actor: 'Libraries' }),
    onLine('t13', 'question', 'What is “inspect” for someone who is no engineer?', '2028', 2, 1),
    onLine('t14', 'action', 'Pay community reviewers', '2032', 2, 1, { actor: 'Civic fund' }),
    onLine('t15', 'milestone', 'Libraries keep two maintainers each', '2033', 2, 0),
    onLine('t16', 'obstacle', 'Reviewers burn out', '2035', 2, 1),
    onLine('t17', 'milestone', 'Clerks and nurses can contest an answer', '2037', 2, 0),
  ]
  const E = (from: string, to: string, kind = 'enables') => rel(from, to, kind, { in: 'timeline' })
  const label = note('example', 'This board is an example, written to show a futures wheel and a backcast filled in. Nobody said these things in a workshop; nothing here is a finding.', 0, -150, { w: 520 })
  const gap = 180
  out('example', { title: 'Example board', about: 'A wheel and a backcast filled in, to see how they read. No findings.', focus: 'What follows if publicly funded AI must be open?', today: '2026-11-23', horizon: '2040', place: 5 }, {
    structures: [
      { id: 'wheel', type: 'wheel', x: 0, y: 0, w: t.wheel.w, h: t.wheel.h, rings: t.wheel.rings },
      { id: 'timeline', type: 'timeline', x: t.wheel.w + gap, y: r((t.wheel.h - T.h) / 2), w: T.w, h: T.h, title: 'Inspect, adapt, refuse', from: '2026', to: '2040', lanes: T.lanes },
    ],
    cards: [...wheelCards.map(c => ({ ...c, ...at(c.id) })), { id: 's1', kind: 'signal', text: 'A co-operative spends nine weeks on release forms', x: r(t.wheel.w * 0.87), y: 40 }, ...tl, label],
    relations: [
      ...causes.map(c => L(c.from, c.to)), ...extra.map(c => ({ ...L(c.from, c.to), ...(c.from === 'd5' && { props: { bend: -70 } }) })), rel('b8', 'b7', 'tension', { in: 'wheel' }), rel('s1', 'b4', 'informs'),
      E('t1', 't3'), E('t2', 't3'), E('t3', 't5'), E('t4', 't5', 'blocks'), E('t5', 'v'), E('t6', 't8'), E('t8', 't10'), E('t7', 't9', 'blocks'), E('t9', 't10', 'blocks'), E('t10', 'v'),
      E('t12', 't15'), E('t13', 't14', 'informs'), E('t14', 't15'), E('t15', 't17'), E('t16', 't17', 'blocks'), E('t17', 'v'),
    ],
  })
}
