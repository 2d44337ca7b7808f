import Foundation
import FoundationXML
@testable import Reports
import Testing

@Suite struct RunJUnitTests {
  @Test("a report is as it was looked at")
  func golden() throws { try Golden.check(RunJUnit(RunFixture.facts()).text, "export/run-junit.xml") }

  @Test("hostile texts are text", arguments: RunFixture.payloads)
  func hostile(payload: String) throws {
    let (found, plain) = (
      try Elements(RunJUnit(RunFixture.facts(payload)).text), try Elements(RunJUnit(RunFixture.facts()).text)
    )
    #expect(found.elements.map(\.name) == plain.elements.map(\.name))
    let reason = found.elements.first { $0.name == "error" }?.attributes["message"]
    // XML has no place for control characters; its readers make a line feed of each line break.
    let shown = String(
      String.UnicodeScalarView(
        payload.unicodeScalars.map { scalar in
          let isControl = scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || scalar.value == 0x7F
          return isControl || scalar.value == 0xFFFE ? "\u{FFFD}" : scalar
        }))
    #expect(reason == shown)
  }

  @Test("the counts of the suite are those of its cases, and names differ within a class")
  func counts() throws {
    let elements = try Elements(RunJUnit(RunFixture.facts()).text).elements
    let suite = try #require(elements.first { $0.name == "testsuite" }).attributes
    func count(_ name: String) -> String { "\(elements.count { $0.name == name })" }
    #expect(suite["tests"] == count("testcase") && suite["tests"] == "16")
    #expect(suite["failures"] == count("failure") && suite["failures"] == "4")
    #expect(suite["errors"] == count("error") && suite["errors"] == "1")
    #expect(suite["skipped"] == count("skipped") && suite["skipped"] == "2")
    #expect(suite["timestamp"] == "2013-04-01T02:00:05" && suite["time"] == "1234.500")
    let names = elements.filter { $0.name == "testcase" }.map { [$0.attributes["classname"], $0.attributes["name"]] }
    #expect(Set(names).count == names.count)
    #expect(names.contains(["job.verdict", "auc >= 0.5 (2)"]))
  }

  @Test(
    "elements nest and have the attributes that Jenkins' schema asks for", arguments: ["plain"] + RunFixture.payloads)
  func schema(text: String) throws {
    let allowed: [String: Set<String>] = [
      "": ["testsuites"], "testsuites": ["testsuite"], "testsuite": ["properties", "testcase"],
      "properties": ["property"], "property": [], "testcase": ["skipped", "error", "failure", "system-out"],
      "failure": [], "error": [], "skipped": [], "system-out": [],
    ]
    let required: [String: Set<String>] = [
      "testsuite": ["name", "tests", "failures", "errors", "time"], "testcase": ["name", "classname", "time"],
      "property": ["name", "value"], "failure": ["message", "type"], "error": ["message", "type"],
    ]
    for element in try Elements(RunJUnit(RunFixture.facts(text)).text).elements {
      #expect(allowed[element.parent]?.contains(element.name) == true, "\(element.name) in \(element.parent)")
      #expect((required[element.name] ?? []).isSubset(of: element.attributes.keys), "\(element.name)")
    }
  }
}

/// The elements of a document in their order.
final class Elements: NSObject, XMLParserDelegate {
  struct Element {
    var parent: String
    var name: String
    var attributes: [String: String]
    var text = ""
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  /// Throws what the parser finds where the text is no XML.
  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append(Element(parent: open.last.map { elements[$0].name } ?? "", name: name, attributes: attributes))
    open.append(elements.count - 1)
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.last { elements[last].text += text }
  }
}
