// Shows one of the two OpenAPI documents in Swagger UI. Addresses are relative, so that the page
// works below every prefix.
"use strict";

const element = (id) => document.getElementById(id);

function adminHeaders() {
  const token = element("admin-token").value;
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function ask(path, options = {}) {
  const answer = await fetch(path, {
    ...options,
    headers: { ...options.headers, ...adminHeaders() },
  });
  const body = await answer.json();
  if (answer.status === 401) element("admin").hidden = element("show").hidden = false;
  element("message").value = answer.ok ? "" : body.message;
  return answer.ok ? body : null;
}

// Fill in a token for every bearer scheme of a document, as the dialog "Authorize" does.
function authorize(viewer, spec, token) {
  for (const [name, scheme] of Object.entries(spec.components?.securitySchemes ?? {})) {
    if (scheme.type === "http" && scheme.scheme === "bearer") viewer.preauthorizeApiKey(name, token);
  }
}

async function show() {
  const path = element("document").value;
  const isControlPlane = path === "openapi.json";
  const spec = await ask(path);
  element("create-token").hidden = isControlPlane || spec === null;
  if (spec === null) return;
  const viewer = SwaggerUIBundle({
    spec,
    dom_id: "#viewer",
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
    validatorUrl: null,
    onComplete: () => {
      const token = element("admin-token").value;
      if (isControlPlane && token) authorize(viewer, spec, token);
    },
  });
  element("create-token").onclick = async () => {
    const headers = { "Content-Type": "application/json" };
    const made = await ask("tokens", { method: "POST", headers, body: "{}" });
    if (made === null) return;
    authorize(viewer, spec, made.token);
    element("message").value = "Requests now use a new access token for all actions.";
  };
}

element("document").addEventListener("change", show);
element("controls").addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
show();
