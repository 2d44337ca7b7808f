internal import Records

/// A run's report in one file, to be sent: its links to other pages are text, and its record is in it, so that a machine
/// can read the attachment: `JSON.parse(document.getElementById("record").textContent)`.
package struct SingleReport {
  /// Of contents and record: with more, only the run's own record is in the file, not the documents that it made.
  private static let limitBytes = 960 << 10

  private let title: String
  private let siteName: String
  private let body: HTML
  private let record: [UInt8]
  /// Whether the documents of the run are in `record`.
  private let isWhole: Bool

  /// - Parameter pages: of the run.
  package init(_ pages: RunPages) throws {
    let run = pages.reading.record
    title = run.id
    siteName = pages.siteName
    body = try pages.body.withoutLinks
    let whole = try RunTwin(pages.reading).bytes()
    isWhole = whole.count + body.text.utf8.count <= Self.limitBytes
    record = isWhole ? whole : try CanonicalJSON.encode(run)
  }

  /// The file; the same records give the same bytes.
  package var bytes: [UInt8] {
    let foot: HTML =
      isWhole
      ? "What this page shows is in it as JSON too, in the element “record”."
      : "The run's record is in this page as JSON too, in the element “record”; its documents, which are many, are on the site."
    return Layout(siteName: siteName, path: "").lonePage(title, foot: foot, appendix: appendix, body).bytes
  }

  /// No `<` stands in it, so that nothing can end it or begin anything.
  private var appendix: HTML {
    var text = ""
    for scalar in String(decoding: record, as: UTF8.self).unicodeScalars {
      if scalar == "<" { text += "\\u003c" } else { text.unicodeScalars.append(scalar) }
    }
    return "<script type=\"application/json\" id=\"record\">\(HTML(raw: text))</script>\n"
  }
}

extension HTML {
  /// The same with links to other pages as text; those within the page stay.
  ///
  /// Works on markup, in which `<a ` and `href="` are the program's own: what came from records is escaped.
  var withoutLinks: HTML {
    let input = Array(text.utf8)
    let (start, name) = (Array("<a ".utf8), Array("href=\"".utf8))
    var output: [UInt8] = []
    output.reserveCapacity(input.count)
    var place = 0
    while let tag = input[place...].firstRange(of: start) {
      output += input[place..<tag.upperBound]
      place = tag.upperBound
      let end = input[place...].firstIndex(of: UInt8(ascii: ">")) ?? input.endIndex
      guard let target = input[place..<end].firstRange(of: name), input[target.upperBound] != UInt8(ascii: "#"),
        let quote = input[target.upperBound..<end].firstIndex(of: UInt8(ascii: "\""))
      else { continue }
      output += input[place..<target.lowerBound]
      place = quote + 1
    }
    return HTML(raw: String(decoding: output + input[place...], as: UTF8.self))
  }
}
