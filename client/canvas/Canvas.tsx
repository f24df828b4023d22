import { useCallback, useMemo } from 'react'
import {
  atom,
  createTLCurrentUser,
  defaultUserPreferences,
  type Editor,
  defaultShapeUtils,
  EmbedShapeUtil,
  react,
  type TLComponents,
  Tldraw,
  type TLStore,
  type TLUiOverrides,
  type TLUserPreferences,
  useEditor,
  useValue,
} from 'tldraw'
import 'tldraw/tldraw.css'
import { methods } from '../../shared/methods/index.ts'
import type { Method } from '../../shared/methods/method.ts'
import { Fence } from '../ui/Fence.tsx'
import { listenToTheme, preferredTheme } from '../ui/theme-choice.ts'
import { actionsOf } from './actions.ts'
import { dragAlone } from './alone.ts'
import { assetUrls } from './asset-urls.ts'
import { tellAtOnce } from './at-once.ts'
import { watchMeaning } from './behaviours.ts'
import { BoardContext, boardsOf, type BoardView } from './board-context.ts'
import { CardUtil } from './card.tsx'
import { PutTool } from './put-tool.ts'
import { copying, keepContentHere } from './content.ts'
import { Cursor } from './Cursor.tsx'
import { BoardForPictures } from './exported.tsx'
import { fenced, ShapeWrapper } from './fenced.tsx'
import { keepTaps } from './flicks.ts'
import { Handles } from './Handles.tsx'
import { LightsOverMap } from './Lights.tsx'
import { listenToKeys } from './keys.ts'
import { tellLosses } from './losses.ts'
import { pickByPaper } from './paper.ts'
import type { Pictures } from './pictures.ts'
import { askBeforeRemoving } from './removal.ts'
import { keepRings, tellRings } from './rings.ts'
import { RelationArrowUtil, RelationBindingUtil } from './relation.tsx'
import { structureUtils } from './structure.tsx'
import { StylePanelForDrawings } from './StylePanelForDrawings.tsx'
import { theme } from './theme.ts'
import './canvas.css'

/*
 * Everything tldraw is given is made once: another array or object would make it build another editor, and undo would be gone.
 */
const ownUtils = [CardUtil, ...structureUtils, RelationArrowUtil, EmbedShapeUtil.configure({ embedDefinitions: [] })]
const shapeUtils = [...ownUtils, ...defaultShapeUtils.filter(({ type }) => !ownUtils.some(own => own.type === type))].map(fenced)
const bindingUtils = [RelationBindingUtil]
const tools = [PutTool]
const options = {
  maxShapesPerPage: 8_000,
  maxPages: 1,
  branding: 'Manyfutures',
  createTextOnCanvasDoubleClick: false,
  enableToolbarKeyboardShortcuts: false,
  zoomToFitPadding: 48,
  exportProvider: BoardForPictures,
  ...copying,
}
export const themes = { default: theme }

/** Ours, over the map: it goes before the map would. */
function OverMap() {
  const editor = useEditor()
  const selected = useValue('selected', () => editor.getSelectedShapeIds().join(), [editor])
  return (
    <Fence instead={null} again={selected}>
      <LightsOverMap />
      <Handles />
    </Fence>
  )
}

const components: TLComponents = {
  Toolbar: null,
  StylePanel: StylePanelForDrawings,
  PageMenu: null,
  MainMenu: null,
  MenuPanel: null,
  NavigationPanel: null,
  QuickActions: null,
  ActionsMenu: null,
  HelperButtons: null,
  HelpMenu: null,
  DebugPanel: null,
  SharePanel: null,
  TopPanel: null,
  ImageToolbar: null,
  VideoToolbar: null,
  CursorChatBubble: null,
  CollaboratorCursor: Cursor,
  InFrontOfTheCanvas: OverMap,
  ShapeWrapper,
  // Nothing of tldraw's own stands between what throws and our fences: it would offer to delete what this device holds of the board.
  ErrorFallback: null as never,
  ShapeErrorFallback: null as never,
}

const overrides: TLUiOverrides = {
  translations: { en: { 'tool.card': 'Card', 'tool.put': 'Put', ...Object.fromEntries(Object.entries<Method>(methods).map(([name, { title }]) => [`tool.${name}`, title])) } },
  actions: actionsOf,
  tools: (_editor, known) => {
    // Pictures have a button of our own; notes are cards here.
    const { asset: _asset, note: _note, ...kept } = known
    return kept
  },
}

/** What the map needs of a board, besides what is drawn on it. */
export interface BoardOnCanvas extends BoardView {
  readonly store: TLStore
  readonly pictures: Pictures
  /** The canvas has an editor; call the answer when it has gone. */
  attach(editor: Editor): () => void
}

/** The map: tldraw with the board's own cards, relations and structures, and without its chrome. */
export function Canvas({ board, licenseKey, ready }: { board: BoardOnCanvas; licenseKey: string | undefined; ready: (editor: Editor) => (() => void) | undefined }) {
  const user = useMemo(() => {
    const preferences = atom<TLUserPreferences>('preferences', {
      ...defaultUserPreferences,
      id: board.me,
      name: '',
      color: '#AD0F74',
      locale: 'en',
      colorScheme: preferredTheme(),
      animationSpeed: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 1,
      edgeScrollSpeed: 1,
      isSnapMode: false,
    })
    return { current: createTLCurrentUser({ userPreferences: preferences, setUserPreferences: next => preferences.set(next) }), preferences }
  }, [board])

  const mounted = useCallback(
    (editor: Editor) => {
      editor.setCameraOptions({ ...editor.getCameraOptions(), zoomSteps: [0.08, 0.15, 0.25, 0.4, 0.6, 0.75, 1, 1.5, 2, 3, 4] })
      boardsOf.set(editor, board)
      const stops = [
        board.attach(editor),
        watchMeaning(editor, board.model),
        keepRings(editor, board.model, board.openRings),
        tellRings(editor, board.model, board.openRings),
        tellLosses(editor, board.me),
        tellAtOnce(editor, board.model),
        keepContentHere(editor, board.commands, board.pictures),
        listenToKeys(editor, board),
        pickByPaper(editor),
        dragAlone(editor),
        askBeforeRemoving(editor, board),
        keepTaps(editor),
        showDistance(editor),
        listenToTheme(scheme => user.preferences.update(known => ({ ...known, colorScheme: scheme }))),
        ready(editor),
      ]
      return () => stops.forEach(stop => stop?.())
    },
    [board, ready, user],
  )

  return (
    <BoardContext.Provider value={board}>
      <Tldraw
        store={board.store}
        user={user.current}
        shapeUtils={shapeUtils}
        bindingUtils={bindingUtils}
        tools={tools}
        assetUrls={assetUrls}
        options={options}
        components={components}
        overrides={overrides}
        themes={themes}
        onMount={mounted}
        {...(licenseKey && { licenseKey })}
      />
    </BoardContext.Provider>
  )
}

/**
 * Says on the container how far away the map is seen from, so that a style sheet can show more or less of every card: one
 * attribute instead of a thousand cards drawn again. At a quarter no word can be read: a card is its kind's shape and icon then.
 */
function showDistance(editor: Editor): () => void {
  return react('distance', () => {
    const zoom = editor.getEfficientZoomLevel()
    editor.getContainer().dataset['distance'] = zoom >= 0.75 ? 'near' : zoom >= 0.3 ? 'far' : 'afar'
  })
}
