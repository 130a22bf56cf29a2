using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Schema;

/// <summary>
/// Schema propagation for estimators. <see cref="SchemaShape.Column"/> has no public constructor; ML.NET makes the columns itself when it
/// is asked what a loader of a given <see cref="DataViewSchema"/> promises.
/// </summary>
internal static class SchemaShapes
{
    /// <summary>The shape of a schema: all that an estimator may promise of it.</summary>
    public static SchemaShape Of(DataViewSchema schema) => new SchemaLoader(schema).Append(new PassThrough()).GetOutputSchema();

    /// <summary>The shape after columns were added: a column that has the name of an earlier one takes its place.</summary>
    public static SchemaShape With(this SchemaShape input, IEnumerable<DataViewSchema.DetachedColumn> added)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(added);
        var columns = input.ToDictionary(column => column.Name);
        foreach (var column in Of(builder.ToSchema())) columns[column.Name] = column;
        return new(columns.Values);
    }

    /// <summary>Finds a column that must be a vector of <see cref="float"/> whose size is known when the pipeline is fitted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static SchemaShape.Column RequireSingleVector(this SchemaShape input, string name)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (var column in input)
        {
            if (column.Name != name) continue;
            var isVector = column.Kind == SchemaShape.Column.VectorKind.Vector;
            if (isVector && column.ItemType == NumberDataViewType.Single && !column.IsKey) return column;
            var type = column.IsKey ? $"Key<{column.ItemType}>" : $"{column.ItemType}";
            var isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
            throw SchemaErrors.Mismatch(nameof(input), name, isScalar ? type : $"{column.Kind}<{type}>");
        }
        throw SchemaErrors.Missing(nameof(input), name);
    }

    /// <summary>Finds a column that must be a vector of <see cref="float"/> of known size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static DataViewSchema.Column RequireSingleVector(this DataViewSchema schema, string name)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.GetColumnOrNull(name) ?? throw SchemaErrors.Missing(nameof(schema), name);
        return column.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single
            ? column
            : throw SchemaErrors.Mismatch(nameof(schema), name, column.Type.ToString()!);
    }

    /// <summary>Finds a column that must be a vector of <paramref name="size"/> numbers of type <see cref="float"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, of another type or of another size.</exception>
    public static DataViewSchema.Column RequireSingleVector(this DataViewSchema schema, string name, int size)
    {
        var column = schema.RequireSingleVector(name);
        return column.VectorSize() == size ? column : throw SchemaErrors.Mismatch(nameof(schema), name, column.Type.ToString()!, size);
    }

    public static int VectorSize(this DataViewSchema.Column column) => ((VectorDataViewType)column.Type).Size;

    /// <summary>The vector's dimensions, whose product is its size.</summary>
    public static IReadOnlyList<int> Shape(this DataViewSchema.Column column) => [.. ((VectorDataViewType)column.Type).Dimensions];

    /// <summary>Vectors of <see cref="float"/> of these dimensions.</summary>
    public static VectorDataViewType SingleVector(IReadOnlyList<int> shape) => new(NumberDataViewType.Single, shape.ToArray());

    private sealed class SchemaLoader(DataViewSchema schema) : IDataLoader<object>
    {
        public DataViewSchema GetOutputSchema() => schema;

        public IDataView Load(object input) => new SchemaOnlyDataView(schema);

        void ICanSaveModel.Save(ModelSaveContext ctx) =>
            throw new NotSupportedException("A loader that only carries a schema is never saved.");
    }

    private sealed class PassThrough : IEstimator<ITransformer>
    {
        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();
    }
}
