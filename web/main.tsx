import { render } from 'preact';
import { App } from './app.tsx';
import { listenForKeys } from './keys.ts';
import { showScheme } from './scheme.ts';
import { follow } from './state.ts';

showScheme();
follow();
listenForKeys();
const root = document.getElementById('page');
if (root !== null) render(<App />, root);
