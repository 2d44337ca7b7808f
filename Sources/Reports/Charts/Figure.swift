/// What stands round every chart: its title, a legend, and behind it a table of its numbers.
struct Figure {
  /// An entry of a legend.
  struct Key: Hashable {
    enum Mark: String {
      case line, area, column, ring
    }

    var mark: Mark
    /// Of the palette, from 0.
    var colour: Int
    var name: String
  }

  var title: String
  /// What the picture shows, in a sentence or two, for whoever does not see it.
  var finding: String
  /// In small letters below the title.
  var note = ""
  var keys: [Key] = []
  /// The line's names stand at their ends where there is room, so that the legend is for phones alone.
  var hasLegendOnPhonesOnly = false
  var header: [String]
  var rows: [[String]]
  /// What is not in `rows`.
  var remark = ""

  /// Series beyond share colours.
  static let colourCount = 6
  /// Of the table's rows: whoever wants more finds it in the JSON.
  private static let limitBytes = 9000

  /// What a screen reader says of the picture.
  var label: String { finding.isEmpty ? title : "\(title). \(finding)" }

  func html(_ picture: HTML) -> HTML {
    let note: HTML = note.isEmpty ? "" : "<span class=\"soft\">\(self.note)</span>"
    let cells = rows.map { row in row.map { cell -> HTML in "\(cell)" } }
    let table = Table.table(header, numeric: Set(1..<max(2, header.count)), cells, limitBytes: Self.limitBytes)
    let remark: HTML = remark.isEmpty ? "" : "<p class=\"soft\">\(self.remark)</p>"
    return """
      <figure class="chart"><figcaption><b>\(title)</b>\(note)\(legend)</figcaption>\(picture)\
      <details><summary>Numbers<span class="unseen"> of \(title)</span></summary>\(table)\(remark)</details></figure>
      """
  }

  private var legend: HTML {
    guard !keys.isEmpty else { return "" }
    let items = keys.map { key -> HTML in
      "<span><i class=\"key \(key.mark.rawValue) c\(key.colour % Self.colourCount)\"></i>\(key.name)</span>"
    }
    return "<span class=\"legend\(hasLegendOnPhonesOnly ? HTML(raw: " narrow") : HTML.empty)\">\(items)</span>"
  }
}

/// Room at a side of a plot for labels there.
enum Room: Int, CaseIterable {
  case least, ticks, numbers, words, names, longNames, longest

  var pixels: Double { [12, 34, 58, 80, 110, 150, 200][rawValue] }

  /// The smallest that holds all of the texts and a gap.
  static func fitting(_ texts: some Sequence<String>, atMost most: Room = .longest) -> Room {
    let width = (texts.map { SVG.width(of: $0) }.max() ?? 0) + 12
    return allCases.first { $0.pixels >= width || $0 == most } ?? most
  }
}

/// A picture as wide as its place, with room for labels at both sides.
struct Plot {
  /// Pixels.
  var height: Double
  var left: Room
  var right: Room
  /// What stands at the right is for wide places alone, all but short numbers.
  var hasNamesAtEnd = false

  func html(_ label: String, _ parts: [HTML]) -> HTML {
    let ends: HTML = hasNamesAtEnd ? " ends" : ""
    return """
      <div class="plot l\(left.rawValue) r\(right.rawValue)\(ends)"><svg class="wide" height="\(SVG.at(height))" \
      role="img" aria-label="\(label)">\(parts)</svg></div>
      """
  }

  /// Lines across with a number at each.
  static func grid(_ ticks: [(y: Double, text: String)]) -> [HTML] {
    let lines = ticks.map { tick -> HTML in
      "<line x2=\"100%\" y1=\"\(SVG.at(tick.y))\" y2=\"\(SVG.at(tick.y))\"/>"
    }
    let texts = ticks.map { tick -> HTML in "<text dx=\"-8\" y=\"\(SVG.at(tick.y + 4))\">\(tick.text)</text>" }
    return ["<g class=\"grid\">\(lines)</g><g class=\"end\">\(texts)</g>"]
  }

  /// Labels below an axis.
  static func below(_ ticks: [Places.Tick], y: Double) -> HTML {
    let texts = ticks.map { tick -> HTML in
      let kind: HTML = tick.isForWide ? " class=\"roomy\"" : ""
      return "<text\(kind) x=\"\(SVG.share(tick.position))\" y=\"\(SVG.at(y))\">\(tick.label)</text>"
    }
    return "<g class=\"mid\">\(texts)</g>"
  }
}

/// A picture of fixed proportions, no wider than its place.
enum Picture {
  static func html(_ label: String, width: Double, height: Double, _ parts: [HTML]) -> HTML {
    """
    <svg class="fixed" viewBox="0 0 \(SVG.at(width)) \(SVG.at(height))" width="\(SVG.at(width))" role="img" \
    aria-label="\(label)">\(parts)</svg>
    """
  }
}
