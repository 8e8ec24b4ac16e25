// Puts the application together: the real client, the query cache, the theme.
import "./trustedTypes";
import "./shell/styles";
import "./shell/global.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { fetchClient } from "./api/fetchClient";
import { makeQueries } from "./api/queries";
import { takeToken } from "./api/session";
import { App } from "./shell/App";
import { Surroundings } from "./shell/Surroundings";

takeToken();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Surroundings
      client={fetchClient(new URL("api/v1/", location.origin + location.pathname))}
      queries={makeQueries()}
    >
      <App />
    </Surroundings>
  </StrictMode>,
);
