#!/bin/bash
psql -c 'select 1'
