package import Disk

/// A file of a table: its name for messages, and how to read it from the beginning.
package struct TableSource: Sendable {
  package var name: String
  package var open: @Sendable () throws -> any ByteStream

  package init(name: String, open: @escaping @Sendable () throws -> any ByteStream) {
    self.name = name
    self.open = open
  }

  /// Values are separated by tabs in `.tsv` files, by commas in all others.
  var separator: UInt8 {
    name.lowercased().hasSuffix(".tsv") ? UInt8(ascii: "\t") : UInt8(ascii: ",")
  }
}
