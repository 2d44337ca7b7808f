import Disk
import Foundation
@testable import Store
import SystemPackage
import Testing

@Suite struct StoreFormatTests {
  @Test("the format file says what was meant")
  func text() throws {
    #expect(
      StoreFormat().text == """
        nightshift-store 1
        digest sha256
        chunks fastcdc 16384 65536 262144
        modes 0640 0750

        """)
    #expect(try StoreFormat(StoreFormat().text, at: "format") == StoreFormat())
  }

  @Test(
    "a line that is not known, or makes no sense, is refused",
    arguments: [
      "nightshift-store 2", "", "digest md5", "chunks fastcdc 1 2 3", "chunks fastcdc 16384 65000 262144",
      "modes 0440 0750",
      "modes 0640", "colour blue",
    ])
  func refuses(line: String) {
    let text = line.hasPrefix("nightshift") || line.isEmpty ? line : "nightshift-store 1\n" + line
    #expect(throws: StoreError.unknownFormat("format", found: line)) { try StoreFormat(text, at: "format") }
  }

  @Test("files and folders get the permissions that the store's settings say, whatever the umask")
  func modes() throws {
    let fixture = try StoreFixture()
    let root = fixture.root.appending("store")
    let format = root.appending("format")
    let text = String(decoding: try Disk().read(format), as: UTF8.self)
    try Disk().replace(format, with: Array(text.replacing("modes 0640 0750", with: "modes 0660 2770").utf8))
    let store = try fixture.open()
    try store.put(Array("blob".utf8))
    try store.remember(Digest(of: []), [1])
    let packs = root.appending("packs")
    for entry in try Disk().list(packs) { #expect(entry.status.mode == 0o440) }
    #expect(try Disk().status(of: root.appending("index/steps")).mode == 0o2770)
    #expect(try Disk().status(of: root.appending("locks/writers")).mode == 0o660)
  }
}
