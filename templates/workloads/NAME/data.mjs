export default ({ scale }) => {
  const rows = Array.from({ length: scale }, (_, index) => ({ id: index + 1, text: `Grüezi ${index + 1}` }));
  const request = { method: 'GET', path: '/greetings', headers: {} };
  const check = ({ status, body }) => {
    if (status !== 200) return { path: 'status', expected: '200', actual: String(status) };
    const answer = JSON.parse(Buffer.from(body).toString());
    const expected = rows[answer.id - 1];
    if (expected?.text === answer.text) return undefined;
    return { path: '$.text', expected: String(expected?.text), actual: String(answer.text) };
  };
  return {
    tables: [{ table: 'greeting', rows }],
    requests: [request],
    probes: [{ name: 'a greeting is one of the table', request, times: 5, check }],
    checkAnswer: (_requestIndex, answer) => check(answer),
  };
};
