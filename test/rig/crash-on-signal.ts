/** Loaded before the program (`node --import`): a signal that nobody else uses makes it fail as a bug in a timer would. */
process.on('SIGURG', () => {
  throw new Error('A bug in a timer');
});
