/// Tables in a box of their own that scrolls where the page is narrow. The page's script lets readers sort those of several
/// rows and filter those of many.
enum Table {
  /// Columns that have wide gaps between them; where there are more, titles may take two lines.
  private static let roomyColumns = 7
  /// Below so many rows, there is nothing to sort.
  private static let sortableRows = 6
  /// From so many rows on, a field to filter them helps.
  private static let filterableRows = 20

  /// How a table is shown.
  struct Form {
    /// Columns that hold numbers.
    var numeric: Set<Int> = []
    /// Of its rows; how many have no room is said below it.
    var limitBytes: Int = .max
    /// What its rows are, many of them.
    var noun = "rows"
    /// The column of few values, of which readers may choose one.
    var choice: Int?
  }

  static func table(
    _ header: [String], numeric: Set<Int> = [], _ rows: [[HTML]], limitBytes: Int = .max
  ) -> HTML {
    table(header, Form(numeric: numeric, limitBytes: limitBytes), rows)
  }

  static func table(_ header: [String], _ form: Form, _ rows: [[HTML]]) -> HTML {
    guard !rows.isEmpty else { return "<p class=\"soft\">None.</p>" }
    let (numeric, limitBytes) = (form.numeric, form.limitBytes)
    func kind(_ index: Int) -> HTML { numeric.contains(index) ? " class=\"n\"" : "" }
    let head = header.enumerated().map { index, title -> HTML in
      // A header without words is no header.
      title.isEmpty ? "<td></td>" : "<th scope=\"col\"\(kind(index))>\(title)</th>"
    }
    let body = rows.map { row -> HTML in
      let cells = row.enumerated().map { index, cell -> HTML in "<td\(kind(index))>\(cell)</td>" }
      return "<tr>\(cells)</tr>\n"
    }
    var bytes = 0
    let shown = body.prefix { row in
      bytes += row.text.utf8.count
      return bytes <= limitBytes
    }
    let rest = body.count - shown.count
    let note: HTML =
      rest == 0 ? "" : "<p class=\"soft\">\(Format.grouped(rest)) more \(rest == 1 ? "is" : "are") in the JSON.</p>"
    return """
      <div class="scroll\(isLong(header, shown.count) ? HTML(raw: " tall") : HTML.empty)"><table\(traits(header, form, shown.count))>\
      <thead><tr>\(head)</tr></thead><tbody>
      \(Array(shown))</tbody></table></div>\(note)
      """
  }

  /// Whether the titles should stay in sight while its rows go by.
  private static func isLong(_ header: [String], _ rowCount: Int) -> Bool {
    rowCount >= filterableRows && header.count <= roomyColumns
  }

  private static func traits(_ header: [String], _ form: Form, _ rowCount: Int) -> HTML {
    let room: HTML = header.count > roomyColumns ? " class=\"dense\"" : ""
    let sort: HTML = rowCount >= sortableRows ? " data-sort" : ""
    let filter: HTML = rowCount >= filterableRows ? " data-filter=\"\(form.noun)\"" : ""
    let choice: HTML = rowCount >= filterableRows ? form.choice.map { " data-choice=\"\($0)\"" } ?? "" : ""
    return "\(room)\(sort)\(filter)\(choice)"
  }

  static func facts(_ pairs: [(String, HTML)]) -> HTML {
    "<dl>\(pairs.map { pair -> HTML in "<dt>\(pair.0)</dt><dd>\(pair.1)</dd>" })</dl>"
  }
}
