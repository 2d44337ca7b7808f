/// Whether scores mean what they say: observed rates over mean scores, each with its interval, the diagonal on which both
/// would be equal, and below how many rows have which score.
struct ReliabilityChart {
  struct Bin {
    var score: Double
    var rate: Double
    var interval: ClosedRange<Double>?
    var rowCount: Int
  }

  let title: String
  let bins: [Bin]

  private let leftOut: Int

  private static let depth = 52.0
  /// Of more bins the first are shown; documents have ten.
  private static let most = 50

  init(_ title: String, _ bins: [Bin]) {
    self.title = title
    let drawable = bins.filter { $0.score.isFinite && $0.rate.isFinite }
    self.bins = Array(drawable.prefix(Self.most))
    leftOut = bins.count - self.bins.count
  }

  /// Empty where there is no bin.
  var html: HTML {
    guard !bins.isEmpty else { return "" }
    let square = UnitSquare()
    let parts =
      square.axes("Mean score", "Observed rate") + [square.level(from: (0, 0), to: (1, 1))] + points(square)
      + rows(square, top: square.height + 14)
    return figure.html(
      Picture.html(figure.label, width: square.width, height: square.height + Self.depth + 22, parts))
  }

  private func points(_ square: UnitSquare) -> [HTML] {
    let whiskers = bins.compactMap { bin in
      bin.interval.map { interval -> HTML in
        """
        <line class="whisker" x1="\(SVG.at(square.x(bin.score)))" x2="\(SVG.at(square.x(bin.score)))" \
        y1="\(SVG.at(square.y(interval.lowerBound)))" y2="\(SVG.at(square.y(interval.upperBound)))"/>
        """
      }
    }
    let dots = bins.map { bin -> HTML in
      """
      <circle cx="\(SVG.at(square.x(bin.score)))" cy="\(SVG.at(square.y(bin.rate)))" r="4">\
      <title>score \(Format.fixed(bin.score, 3)): rate \(Format.fixed(bin.rate, 3)), \(Format.grouped(bin.rowCount)) rows</title></circle>
      """
    }
    return whiskers + ["<g class=\"dot c0\">\(dots)</g>"]
  }

  /// The rows of each bin, at its score.
  private func rows(_ square: UnitSquare, top: Double) -> [HTML] {
    let most = max(1, bins.map(\.rowCount).max() ?? 1)
    let bars = bins.map { bin -> HTML in
      let length = max(1, Self.depth * Double(bin.rowCount) / Double(most))
      return """
        <rect x="\(SVG.at(square.x(bin.score) - 7))" y="\(SVG.at(top + Self.depth - length))" width="14" \
        height="\(SVG.at(length))"/>
        """
    }
    return [
      """
      <g class="grid"><line x1="\(SVG.at(square.x(0)))" x2="\(SVG.at(square.x(1)))" y1="\(SVG.at(top + Self.depth))" \
      y2="\(SVG.at(top + Self.depth))"/></g><g class="c0"><g class="column">\(bars)</g></g>\
      <text class="end" x="\(SVG.at(square.left - 7))" y="\(SVG.at(top + 9))">\(Self.short(most))</text>\
      <text class="end" x="\(SVG.at(square.left - 7))" y="\(SVG.at(top + 24))">rows</text>
      """
    ]
  }

  /// `12k`: there is little room.
  private static func short(_ count: Int) -> String {
    count < 10_000 ? Format.grouped(count) : count < 10_000_000 ? "\(count / 1000)k" : "\(count / 1_000_000)M"
  }

  private var figure: Figure {
    Figure(
      title: title, finding: finding, note: "Dashed: scores that mean what they say.",
      header: ["Mean score", "Observed rate", "Interval", "Rows"],
      rows: bins.map { bin in
        [
          Format.fixed(bin.score, 3), Format.fixed(bin.rate, 3),
          bin.interval.map { "\(Format.fixed($0.lowerBound, 3)) to \(Format.fixed($0.upperBound, 3))" } ?? "–",
          Format.grouped(bin.rowCount),
        ]
      }, remark: leftOut > 0 ? "\(Format.grouped(leftOut)) more bins have no room here." : "")
  }

  private var finding: String {
    guard let worst = bins.max(by: { abs($0.rate - $0.score) < abs($1.rate - $1.score) }) else { return "" }
    return """
      \(bins.count) bins; furthest from the diagonal: score \(Format.fixed(worst.score, 3)), observed rate \
      \(Format.fixed(worst.rate, 3)), \(Format.grouped(worst.rowCount)) rows.
      """
  }
}
