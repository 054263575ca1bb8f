module github.com/daonetes/daonetes/examples/hello

go 1.21
