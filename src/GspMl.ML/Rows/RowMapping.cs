using Microsoft.ML;

namespace GspMl.ML.Rows;

/// <summary>
/// What a component computes of one row, bound to one input schema: the columns that it reads, those that it adds, and how the values come
/// about. All columns that are added depend on all that are read.
/// </summary>
internal abstract class RowMapping
{
    public abstract IReadOnlyList<DataViewSchema.Column> Inputs { get; }

    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; }

    /// <summary>
    /// A <see cref="ValueGetter{TValue}"/> for each column of <see cref="Outputs"/>. The getters of one row share their memory with no
    /// other row.
    /// </summary>
    public abstract Delegate[] CreateGetters(DataViewRow row);
}
