import Foundation
@testable import Reports
import Testing

/// Each kind of chart as it is meant to be. With NIGHTSHIFT_GALLERY set to a file's name all of them are written there as
/// one page, to be looked at.
@Suite struct ChartGalleryTests {
  @Test("markup stays as it was looked at", arguments: ChartSamples.all.indices)
  func golden(index: Int) throws {
    let sample = ChartSamples.all[index]
    try Golden.check(sample.html.text + "\n", "charts/\(sample.name).html")
  }

  @Test("all are written to one page on demand")
  func gallery() throws {
    let parts = ChartSamples.all.map { sample -> HTML in "<h3>\(sample.name)</h3><div>\(sample.html)</div>" }
    let page: HTML = """
      <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Charts</title><style>\(HTML(raw: Style.css))</style></head><body><main><h1>Charts</h1><div class="pair">\(parts.map { part -> HTML in "<section>\(part)</section>" })</div></main></body></html>
      """
    #expect(page.text.components(separatedBy: "<h3>").count == ChartSamples.all.count + 1)
    if let path = ProcessInfo.processInfo.environment["NIGHTSHIFT_GALLERY"] {
      try page.text.write(toFile: path, atomically: true, encoding: .utf8)
    }
  }
}
