internal import Records

/// Which version each alias stood for when, as bars on one axis of time.
struct AliasTimeline {
  /// From a move to the next one of the same alias.
  private struct Span {
    var version: Int
    var from: Timestamp
    var to: Timestamp
    var isOpen: Bool
  }

  /// The newest moves that are drawn; all are in the table.
  private static let spanLimit = 120
  private static let laneLimit = 5
  private static let (width, left, right) = (720.0, 96.0, 12.0)
  private static let (laneHeight, foot) = (34.0, 24.0)

  private let lanes: [(alias: String, spans: [Span])]
  private let versions: [ModelVersion]
  private let start: Timestamp
  private let end: Timestamp
  /// Behind the end, so that a version of the last night is seen.
  private static let roomBehind = 0.07

  init(_ ledger: ModelLedger) {
    let end = ledger.asOf
    self.end = end
    let aliases = Set(ledger.moves.entries.map(\.alias)).sorted { left, right in
      (left == "champion" ? 0 : 1, left) < (right == "champion" ? 0 : 1, right)
    }
    lanes = aliases.prefix(Self.laneLimit).map { alias in
      let moves = Array(ledger.moves.entries.lazy.filter { $0.alias == alias }.prefix(Self.spanLimit)).reversed()
      let ends = moves.dropFirst().map { Optional($0.at) } + [nil]
      let spans = zip(moves, ends).map { move, next in
        Span(version: move.to, from: move.at, to: next ?? end, isOpen: next == nil)
      }
      return (alias, spans)
    }
    let first = lanes.compactMap(\.spans.first?.from).min() ?? end
    versions = ledger.versions.entries.filter { $0.created >= first }
    start = first
  }

  var html: HTML {
    guard !lanes.isEmpty, start < end else { return "" }
    let height = Self.laneHeight * Double(lanes.count + 1) + Self.foot
    let bars = lanes.enumerated().map { index, lane in self.lane(lane.alias, lane.spans, Double(index)) }
    let title = "Aliases over time"
    return """
      <figure><figcaption>Which version each alias stood for, \(start.date) to \(end.date)</figcaption>\
      <div class="scroll"><svg class="wide" viewBox="0 0 \(at(Self.width)) \(at(height))" width="\(at(Self.width))" \
      role="img" aria-label="\(title): \(words)"><title>\(title): \(words)</title>\
      \(bars)\(made(Double(lanes.count)))\(axis(height))</svg></div></figure>
      """
  }

  /// For those who do not see it.
  private var words: String {
    lanes.map { lane in
      let last = lane.spans.last.map { "v\($0.version) since \($0.from.date)" } ?? "none"
      return "\(lane.alias) is \(last), after \(lane.spans.count - 1) other\(lane.spans.count == 2 ? "" : "s")"
    }.joined(separator: "; ")
  }

  private func x(_ time: Timestamp) -> Double {
    let share = Double(time.seconds - start.seconds) / Double(max(1, end.seconds - start.seconds))
    return Self.left + (Self.width - Self.left - Self.right) * (1 - Self.roomBehind) * min(1, max(0, share))
  }

  private func lane(_ alias: String, _ spans: [Span], _ row: Double) -> HTML {
    let top = row * Self.laneHeight
    let name: HTML = """
      <text x="\(at(Self.left - 10))" y="\(at(top + 21))" text-anchor="end">\(ProfileText.clipped(alias, 13))</text>
      """
    let bars = spans.map { span -> HTML in
      let (from, to) = (x(span.from), span.isOpen ? Self.width - Self.right : x(span.to))
      let width = max(2, to - from - 1.5)
      // A bar shows its version where there is room.
      let label: HTML =
        width < 9 + 8 * Double("v\(span.version)".count)
        ? ""
        : "<text class=\"ink\" x=\"\(at(from + width / 2))\" y=\"\(at(top + 21))\" text-anchor=\"middle\">v\(span.version)</text>"
      let since = "v\(span.version), \(span.from.date) to \(span.isOpen ? "now" : span.to.date)"
      return """
        <g><title>\(alias): \(since)</title><rect x="\(at(from))" y="\(at(top + 5))" width="\(at(width))" height="24" rx="3" \
        fill="var(--fill)" stroke="var(--a)" stroke-width="\(span.isOpen ? "2" : "1")"/>\(label)</g>
        """
    }
    return name + HTML(joining: bars)
  }

  private func made(_ row: Double) -> HTML {
    let top = row * Self.laneHeight
    let dots = versions.map { version -> HTML in
      """
      <circle cx="\(at(x(version.created)))" cy="\(at(top + 16))" r="3.5" fill="var(--b)">\
      <title>v\(version.number) made \(version.created.date)</title></circle>
      """
    }
    return """
      <text x="\(at(Self.left - 10))" y="\(at(top + 20))" text-anchor="end">made</text>\(dots)
      """
  }

  private func axis(_ height: Double) -> HTML {
    let y = height - Self.foot
    let middle = Timestamp(seconds: (start.seconds + end.seconds) / 2)
    let labels: [HTML] = [(start, "start"), (middle, "middle"), (end, "end")].map { time, anchor in
      "<text x=\"\(at(x(time)))\" y=\"\(at(height - 6))\" text-anchor=\"\(anchor)\">\(time.date)</text>"
    }
    return """
      <line class="axis" x1="\(at(Self.left))" x2="\(at(Self.width - Self.right))" y1="\(at(y))" y2="\(at(y))"/>\(labels)
      """
  }

  private func at(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
