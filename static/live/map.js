// The map: Leaflet behind a few verbs. Without tiles it is a coordinate grid with rings, scale,
// trail and the site's outline, so that nothing about a person's position leaves the company.

const FRESH = 30000;
const STALE = 120000;
const ROUGH = 100; // metres: worse than this a point would lie, only the circle is shown
const GSI = 'https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png';

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const Grid = L.GridLayer.extend({
  createTile(at) {
    const size = this.getTileSize().x;
    const ratio = devicePixelRatio || 1;
    const tile = L.DomUtil.create('canvas');
    tile.width = tile.height = size * ratio;
    const pen = tile.getContext('2d');
    pen.scale(ratio, ratio);
    pen.fillStyle = css('--map-bg');
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = css('--grid');
    pen.beginPath();
    for (let i = 0; i <= size; i += size / 8) {
      pen.moveTo(i + 0.5, 0);
      pen.lineTo(i + 0.5, size);
      pen.moveTo(0, i + 0.5);
      pen.lineTo(size, i + 0.5);
    }
    pen.stroke();
    pen.strokeStyle = css('--grid-2');
    pen.strokeRect(0.5, 0.5, size, size);
    const corner = this._map.unproject([at.x * size, at.y * size], at.z);
    pen.fillStyle = css('--text-3');
    pen.font = `11px ${css('--font')}`;
    pen.fillText(`${corner.lat.toFixed(4)}, ${corner.lng.toFixed(4)}`, 6, 15);
    return tile;
  },
});

function label(text, className, size = 0) {
  const html = document.createElement('span');
  html.className = className;
  html.textContent = text;
  return L.divIcon({ className: '', html, iconSize: [size, size], iconAnchor: [size / 2, size / 2] });
}

function metresNorth(latitude, metres) {
  return latitude + metres / 111320;
}

export class IncidentMap {
  constructor(element, { site, mode, mark, name, timeZone, words, onFollow, zoom = 18.25, radii = [50, 100] }) {
    this.words = words;
    this.timeZone = timeZone;
    this.onFollow = onFollow;
    this.fixes = [];
    this.following = true;
    const start = site ? [site.latitude, site.longitude] : [35.6812, 139.7671];
    this.map = L.map(element, {
      zoomControl: false,
      zoomAnimation: false,
      fadeAnimation: false,
      zoomSnap: 0.25,
      maxZoom: 20,
      renderer: L.svg({ padding: 1.5 }),
    }).setView(start, site ? zoom : 5);
    this.map.attributionControl.setPrefix(false);
    L.control
      .zoom({ position: 'bottomright', zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut })
      .addTo(this.map);
    L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(this.map);
    this.map.on('dragstart', () => this.follow(false));
    this.#ground(mode);
    if (site) this.#drawSite(site);
    this.#prepare(mark, name, radii);
    this.resizing = new ResizeObserver(() => this.map.invalidateSize({ animate: false }));
    this.resizing.observe(element);
  }

  end() {
    this.resizing.disconnect();
    this.map.remove();
  }

  #ground(mode) {
    const tiles = { proxy: '/tiles/pale/{z}/{x}/{y}.png', direct: GSI }[mode];
    const grid = new Grid();
    if (!tiles) {
      this.map.attributionControl.addAttribution(this.words.gridOnly);
      grid.addTo(this.map);
      return;
    }
    const layer = L.tileLayer(tiles, { minZoom: 5, maxNativeZoom: 18, attribution: this.words.gsi });
    let failures = 0;
    layer.on('tileerror', () => {
      failures += 1;
      if (failures !== 3) return;
      layer.remove();
      grid.addTo(this.map);
      this.onTilesLost?.(() => {
        failures = 0;
        grid.remove();
        layer.addTo(this.map).redraw();
      });
    });
    layer.addTo(this.map);
  }

  #drawSite(site) {
    const corners = site.outline.map(([longitude, latitude]) => [latitude, longitude]);
    if (corners.length) {
      L.polygon(corners, {
        color: css('--text-2'),
        weight: 2,
        fillColor: css('--surface'),
        fillOpacity: 1,
        interactive: false,
      }).addTo(this.map);
    }
    const north = Math.max(site.latitude, ...corners.map(([latitude]) => latitude));
    L.marker([north, site.longitude], {
      icon: label(site.name, 'map-label'),
      interactive: false,
      keyboard: false,
    }).addTo(this.map);
  }

  #prepare(mark, name, radii) {
    const line = { interactive: false };
    this.rings = radii.map((radius) => ({
      radius,
      circle: L.circle([0, 0], {
        ...line, radius, color: css('--line-strong'), weight: 1, dashArray: '4 5', fill: false,
      }),
      label: L.marker([0, 0], { ...line, keyboard: false, icon: label(`${radius} m`, 'map-ring') }),
    }));
    this.accuracy = L.circle([0, 0], {
      ...line, radius: 1, color: css('--danger'), weight: 1.5, fillOpacity: 0.12,
    });
    this.trail = L.polyline([], { ...line, color: css('--trail'), weight: 4, opacity: 0.9 });
    this.dots = L.layerGroup();
    const icon = label(mark, 'map-person', 44);
    this.person = L.marker([0, 0], { icon, title: name, alt: name, keyboard: false, zIndexOffset: 500 });
    this.start = L.marker([0, 0], { ...line, keyboard: false, icon: label('', 'map-ring') });
  }

  setFixes(fixes) {
    const byTime = new Map(this.fixes.concat(fixes).map((fix) => [fix.recorded_at, fix]));
    this.fixes = [...byTime.values()].sort((a, b) => a.recorded_at - b.recorded_at);
    if (this.fixes.length) this.#draw(this.fixes);
  }

  /** Where the person was is not to be shown any more. */
  forget() {
    this.fixes = [];
    const layers = this.rings.flatMap(({ circle, label }) => [circle, label]);
    for (const layer of [...layers, this.accuracy, this.trail, this.dots, this.person, this.start]) layer.remove();
  }

  get last() {
    return this.fixes[this.fixes.length - 1];
  }

  #draw(fixes) {
    const fix = fixes[fixes.length - 1];
    const at = [fix.latitude, fix.longitude];
    const path = fixes.map((one) => [one.latitude, one.longitude]);
    for (const ring of this.rings) {
      ring.circle.setLatLng(at).addTo(this.map);
      ring.label.setLatLng([metresNorth(at[0], ring.radius), at[1]]).addTo(this.map);
    }
    this.accuracy.setLatLng(at).setRadius(fix.accuracy_m ?? 0).addTo(this.map);
    this.trail.setLatLngs(path).addTo(this.map);
    this.#drawDots(path.slice(0, -1), fixes[0]);
    this.person.setLatLng(at);
    if ((fix.accuracy_m ?? 0) > ROUGH) this.person.remove();
    else this.person.addTo(this.map);
    if (this.following) this.map.panTo(at, { animate: false });
  }

  #drawDots(path, first) {
    this.dots.clearLayers().addTo(this.map);
    for (const at of path.slice(-200)) {
      this.dots.addLayer(
        L.circleMarker(at, {
          radius: 4.5, color: '#fff', weight: 2, fillColor: css('--trail'), fillOpacity: 1, interactive: false,
        }),
      );
    }
    if (!path.length) return;
    const time = new Date(first.recorded_at).toLocaleTimeString('ja-JP', {
      hour: '2-digit', minute: '2-digit', timeZone: this.timeZone,
    });
    this.start.setIcon(label(this.words.startedHere.replace('{time}', time), 'map-ring'));
    this.start.setLatLng([metresNorth(path[0][0], -4), path[0][1]]).addTo(this.map);
  }

  follow(on) {
    if (on === this.following) return;
    this.following = on;
    if (on && this.last) this.map.panTo([this.last.latitude, this.last.longitude]);
    this.onFollow?.(on);
  }

  /** Colour and dashes tell the age of the last fix; the words beside the map say it. */
  showAge(now) {
    if (!this.last) return null;
    const age = now - this.last.recorded_at;
    const stale = age > STALE;
    this.accuracy.setStyle({
      color: stale ? css('--text-3') : css('--danger'),
      dashArray: stale ? '5 6' : null,
    });
    this.person.getElement()?.querySelector('.map-person')?.classList.toggle('old', stale);
    return { age, tone: age <= FRESH ? 'green' : stale ? '' : 'amber' };
  }

  /** Others on the map: [{ name, at: [latitude, longitude], tone, line }]; a line leads to the person. */
  setUnits(units) {
    this.units ??= L.layerGroup().addTo(this.map);
    this.units.clearLayers();
    const here = this.last && [this.last.latitude, this.last.longitude];
    for (const unit of units) {
      if (unit.line && here) {
        this.units.addLayer(
          L.polyline([unit.at, here], { color: css('--ok'), weight: 3, dashArray: '8 6', interactive: false }),
        );
      }
      const icon = label(unit.name, `map-unit ${unit.tone}`);
      this.units.addLayer(L.marker(unit.at, { icon, title: unit.name, alt: unit.name, keyboard: false }));
    }
  }

  /** Walk along the trail once, then stand where the person is now. */
  async playTrail() {
    const fixes = this.fixes;
    if (fixes.length < 2 || this.playing) return;
    this.playing = true;
    this.map.fitBounds(L.latLngBounds(fixes.map((f) => [f.latitude, f.longitude])).pad(0.4));
    const pause = Math.min(400, 8000 / fixes.length);
    for (let count = 1; count <= fixes.length; count += 1) {
      this.#draw(fixes.slice(0, count));
      await new Promise((done) => setTimeout(done, pause));
    }
    this.playing = false;
    this.#draw(this.fixes);
  }
}
