// A file of its own, since the page allows no script that stands in it.
window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  // Authorize remembers the token in this browser.
  persistAuthorization: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  // Nothing is sent to validators elsewhere.
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
