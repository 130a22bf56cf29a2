using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Schema;

/// <summary>Data of a given schema without any row: what ML.NET's own estimators need where only column types matter.</summary>
internal sealed class SchemaOnlyDataView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => 0;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new EmptyCursor(schema);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [new EmptyCursor(schema)];

    private sealed class EmptyCursor(DataViewSchema schema) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => -1;

        public override long Batch => 0;

        public override bool MoveNext() => false;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => NoRow;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => NoRow;

        private static void NoRow<TValue>(ref TValue value) => throw new InvalidOperationException("The data has no rows.");
    }
}
