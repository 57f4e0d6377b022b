// Kaoto's editor in a page of its own, as VS Code embeds it, so that KaotoCanvasIT can open a route, edit it and save it.
import '@patternfly/react-core/dist/styles/base.css';
import { createRoot } from 'react-dom/client';
import { KaotoEditorFactory } from '@kaoto/kaoto';

const CATALOG = '/camel-catalog/index.json';
const saves = [];
let tellReady;
const ready = new Promise((resolve) => { tellReady = resolve; });

// What the editor asks of the one that embeds it; what is not here has no answer that it needs.
const requests = new Proxy({
  getVSCodeKaotoSettings: async () => ({
    catalogUrl: CATALOG,
    nodeLabel: 'description',
    nodeToolbarTrigger: 'onSelection',
    colorScheme: 'light',
    experimentalFeatures: { enableDragAndDrop: false },
  }),
  getSuggestions: async () => [],
}, { get: (own, name) => own[name] ?? (async () => undefined) });

const notifications = new Proxy({
  kogitoEditor_ready: { send: () => tellReady() },
  // An edit is the whole file as it is saved.
  kogitoWorkspace_newEdit: { send: (edit) => saves.push(edit.id) },
}, { get: (own, name) => own[name] ?? { send: () => {}, subscribe: () => {}, unsubscribe: () => {} } });

const app = await new KaotoEditorFactory().createEditor(
  { channelApi: { requests, notifications, shared: {} } },
  { resourcesPathPrefix: '', fileExtension: 'camel.yaml', channel: 'VSCODE', initialLocale: 'en', isReadOnly: false },
);
app.af_onOpen();
createRoot(document.getElementById('root')).render(app.af_componentRoot());

window.kaoto = {
  ready,
  open: (path, text) => app.setContent(path, text),
  saves,
};
